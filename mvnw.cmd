@echo off
rem Runs Maven with the given arguments: the mvn on the PATH when it is 3.8.1 or later, else the
rem release that .mvn\wrapper.properties names, fetched once from the Apache archive, checked against
rem its SHA-512, and kept in %MAVEN_USER_HOME%\wrapper (%USERPROFILE%\.m2\wrapper when that is not
rem set). MVNW_BASE_URL names a mirror to fetch from instead. Does what mvnw does, for Windows, where
rem nobody has run it yet.
setlocal EnableExtensions DisableDelayedExpansion
set "MVNW_SELF=%~f0"
set "MVNW_ROOT=%~dp0"
set "MVNW_MVN="
for /f "delims=" %%m in ('powershell -NoProfile -ExecutionPolicy Bypass -Command "$l = Get-Content -LiteralPath $env:MVNW_SELF; $i = [Array]::IndexOf($l, ':powershell'); Invoke-Expression ($l[($i + 1)..($l.Length - 1)] -join [char]10)"') do set "MVNW_MVN=%%m"
if not defined MVNW_MVN exit /b 1
call "%MVNW_MVN%" %*
exit /b %ERRORLEVEL%

rem Prints the path of the mvn.cmd to run, or explains on the error stream why there is none.
:powershell
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
function Fail($message, $hint) {
  [Console]::Error.WriteLine("error: $message")
  [Console]::Error.WriteLine("hint: $hint")
  exit 1
}
function Ask($mvn) {
  $about = & $mvn --version 2>$null | Out-String
  if ($about -match 'Apache Maven (\d+)\.(\d+)\.(\d+)') {
    $maven = [Version]"$($Matches[1]).$($Matches[2]).$($Matches[3])"
    if ($about -match 'Java version: (\d+)') {
      return @{ Maven = $maven; Java = [int]$Matches[1] }
    }
  }
}
if ($env:JAVA_HOME) {
  if (-not (Test-Path -LiteralPath (Join-Path $env:JAVA_HOME 'bin\java.exe'))) {
    Fail "JAVA_HOME is no Java: there is no $env:JAVA_HOME\bin\java.exe" 'set it to a JDK 17 or later'
  }
} elseif (-not (Get-Command java -ErrorAction SilentlyContinue)) {
  Fail 'no Java found: JAVA_HOME is not set and java is not on the PATH' 'install a JDK 17 or later'
}
Push-Location $env:SystemRoot
$found = Get-Command mvn.cmd -ErrorAction SilentlyContinue | Select-Object -First 1
$mvn = if ($found) { $found.Source }
$answer = if ($mvn) { Ask $mvn }
if (-not $answer -or $answer.Maven -lt [Version]'3.8.1') {
  $properties = @{}
  Get-Content -LiteralPath (Join-Path $env:MVNW_ROOT '.mvn\wrapper.properties') |
    Where-Object { $_ -match '^(\w+)=(.*)$' } | ForEach-Object { $properties[$Matches[1]] = $Matches[2] }
  $version = $properties['version']
  $userHome = if ($env:MAVEN_USER_HOME) { $env:MAVEN_USER_HOME } else { Join-Path $env:USERPROFILE '.m2' }
  $cache = Join-Path $userHome 'wrapper\mags'
  $mvn = Join-Path $cache "apache-maven-$version\bin\mvn.cmd"
  if (-not (Test-Path -LiteralPath $mvn)) {
    $base = if ($env:MVNW_BASE_URL) { $env:MVNW_BASE_URL } else { 'https://archive.apache.org/dist/maven/maven-3' }
    $url = "$base/$version/binaries/apache-maven-$version-bin.tar.gz"
    $work = Join-Path $cache ".fetch-$PID"
    try {
      New-Item -ItemType Directory -Force -Path $work | Out-Null
      $archive = Join-Path $work 'maven.tar.gz'
      [Console]::Error.WriteLine("Fetching Maven $version")
      [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
      (New-Object Net.WebClient).DownloadFile($url, $archive)
      $actual = (Get-FileHash -LiteralPath $archive -Algorithm SHA512).Hash
      if ($actual -ne $properties['sha512']) {
        Fail "$url is not the Maven $version that this project trusts" "its SHA-512 is $actual"
      }
      tar -xzf $archive -C $work
      if (-not (Test-Path -LiteralPath (Split-Path (Split-Path $mvn)))) {
        Move-Item -LiteralPath (Join-Path $work "apache-maven-$version") -Destination $cache
      }
    } catch {
      Fail "cannot fetch ${url}: $($_.Exception.Message)" 'install Maven 3.8.1 or later, or name a mirror in MVNW_BASE_URL'
    } finally {
      Remove-Item -LiteralPath $work -Recurse -Force -ErrorAction SilentlyContinue
    }
  }
  $answer = Ask $mvn
  if (-not $answer) { Fail "the fetched Maven does not run: $mvn" "remove $cache and try again" }
}
if ($answer.Java -lt 17) {
  Fail "Java 17 or later is needed to build; this is Java $($answer.Java)" 'set JAVA_HOME to a JDK 17 or later'
}
$mvn
