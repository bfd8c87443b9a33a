package run.mags.terminal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The signals of this process, by {@code sun.misc.Signal} of the module jdk.unsupported, which is
 * exported and the only way that the JDK has. It is reached by reflection because the compiler's
 * warning about it can be neither suppressed nor reconciled with {@code -Werror}.
 */
public final class SystemSignals implements Signals {
  /** Far more than the hooks of our end take; what hangs there must not keep us for ever. */
  private static final long LONGEST_END_MILLIS = 5000;

  private LastWords hook;

  @Override
  public Registration handle(List<String> names, Consumer<String> handler) {
    List<Runnable> restore = new ArrayList<>();
    for (String name : names) {
      try {
        restore.add(handle(name, handler));
      } catch (ReflectiveOperationException notOnThisPlatform) {
        // Windows knows INT and TERM only; the others never arrive there.
      }
    }
    return () -> restore.forEach(Runnable::run);
  }

  /**
   * A hook of the JVM's own end, which a signal brings about (POSIX, exit code included); our own
   * end does without hooks ({@code Runtime.halt}).
   */
  @Override
  public synchronized Registration beforeEnd(Runnable last) {
    if (hook == null) {
      hook = new LastWords(last);
      Runtime.getRuntime().addShutdownHook(hook);
      return hook;
    }
    return new Instead(hook, last);
  }

  /**
   * Takes the place of other last words until it is closed. Neither is a lambda: see Invocation.
   */
  private static final class Instead implements Registration {
    private final LastWords hook;
    private final Runnable former;

    Instead(LastWords hook, Runnable last) {
      this.hook = hook;
      former = hook.words;
      hook.words = last;
    }

    @Override
    public void close() {
      hook.words = former;
    }
  }

  /** The hook; it stands on the way of every command. */
  private final class LastWords extends Thread implements Registration {
    private volatile Runnable words;

    LastWords(Runnable words) {
      super("last-words");
      this.words = words;
    }

    @Override
    public void run() {
      words.run();
    }

    @Override
    public void close() {
      synchronized (SystemSignals.this) {
        hook = null;
      }
      try {
        Runtime.getRuntime().removeShutdownHook(this);
      } catch (IllegalStateException isEnding) {
        // The signal was first; the process ends with its code.
        awaitTheEnd();
      }
    }

    private void awaitTheEnd() {
      try {
        Thread.sleep(LONGEST_END_MILLIS);
      } catch (InterruptedException anotherWish) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Runnable handle(String name, Consumer<String> handler)
      throws ReflectiveOperationException {
    Class<?> signalClass = Class.forName("sun.misc.Signal");
    Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
    Method handle = signalClass.getMethod("handle", signalClass, handlerClass);
    Object signal = signalClass.getConstructor(String.class).newInstance(name);
    Object proxy =
        Proxy.newProxyInstance(
            SystemSignals.class.getClassLoader(),
            new Class<?>[] {handlerClass},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "handle" -> {
                    handler.accept(name);
                    yield null;
                  }
                  case "equals" -> self == arguments[0];
                  case "hashCode" -> System.identityHashCode(self);
                  default -> "handler of " + name;
                });
    Object former = handle.invoke(null, signal, proxy);
    return () -> restore(handle, signal, former);
  }

  private static void restore(Method handle, Object signal, Object former) {
    try {
      handle.invoke(null, signal, former);
    } catch (IllegalAccessException | InvocationTargetException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
