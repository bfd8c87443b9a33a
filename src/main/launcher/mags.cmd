@echo off
rem Starts mags with the first Java 17 or later of: MAGS_JAVA (a java.exe, nothing else is tried when
rem it is set), JAVA_HOME, the PATH. MAGS_JAVA_OPTS holds further options for the JVM. Does what
rem bin/mags does, for Windows, where nobody has run it yet. A path may hold a closing parenthesis,
rem as "Program Files (x86)" does: no variable is expanded inside of a block.
setlocal EnableExtensions DisableDelayedExpansion
set "MAGS_JAR=%~dp0..\lib\mags.jar"
if not exist "%MAGS_JAR%" goto incomplete
set "MAGS_FOUND="
set "MAGS_REFUSED="
if not defined MAGS_JAVA goto home
call :try "%MAGS_JAVA%"
goto start
:home
if defined JAVA_HOME call :try "%JAVA_HOME%\bin\java.exe"
if defined MAGS_FOUND goto start
for %%j in (java.exe) do call :try "%%~$PATH:j"

:start
if not defined MAGS_FOUND goto nojava
"%MAGS_FOUND%" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms64m -Xmn32m -XX:-UsePerfData -Xshare:auto -Xlog:disable %MAGS_JAVA_OPTS% -cp "%MAGS_JAR%" run.mags.Main %*
exit /b %ERRORLEVEL%

:incomplete
>&2 echo error: mags is not complete: no file %MAGS_JAR%
>&2 echo hint: install it again
exit /b 1

:nojava
>&2 echo error: mags needs Java 17 or later%MAGS_REFUSED%
>&2 echo hint: install one, or set MAGS_JAVA to the path of its java.exe
exit /b 1

rem :try JAVA - sets MAGS_FOUND when the release file beside JAVA says 17 or later, or when there is
rem none; else adds the reason to MAGS_REFUSED.
:try
if "%~1"=="" set "MAGS_REFUSED=%MAGS_REFUSED%; PATH: no java.exe"
if "%~1"=="" exit /b
if not exist "%~1" set "MAGS_REFUSED=%MAGS_REFUSED%; no file %~1"
if not exist "%~1" exit /b
set "MAGS_VERSION=17"
set "MAGS_RELEASE=%~dp1..\release"
if exist "%MAGS_RELEASE%" for /f "usebackq tokens=1,2 delims==" %%a in ("%MAGS_RELEASE%") do if "%%a"=="JAVA_VERSION" set "MAGS_VERSION=%%~b"
for /f "tokens=1 delims=.-+_" %%m in ("%MAGS_VERSION%") do set "MAGS_MAJOR=%%m"
if %MAGS_MAJOR% LSS 17 set "MAGS_REFUSED=%MAGS_REFUSED%; %~1 is Java %MAGS_VERSION%"
if %MAGS_MAJOR% GEQ 17 set "MAGS_FOUND=%~1"
exit /b
