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
