package run.mags.junit;

import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import run.mags.client.MagsClient;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;

/**
 * Starts a local backend for each test, or one for a class, and closes it afterwards. A parameter
 * of the type {@link LocalBackend} gets the backend, one of the type {@link MagsClient} a client of
 * it, which is closed with it.
 *
 * <p>By {@link MagsTest} it has the standard options. Registered with options of its own it is for
 * each test in an instance field, and for the whole class in a static one:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final LocalBackendExtension MAGS =
 *     LocalBackendExtension.with(LocalOptions.temporary().withIdle(Duration.ofSeconds(2)));
 * }</pre>
 */
public final class LocalBackendExtension
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver {
  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(LocalBackendExtension.class);

  private final LocalOptions options;
  private final boolean ofClass;

  /** With the standard options; for JUnit, which makes it for {@link MagsTest}. */
  public LocalBackendExtension() {
    this(LocalOptions.temporary(), false);
  }

  private LocalBackendExtension(LocalOptions options, boolean ofClass) {
    this.options = options;
    this.ofClass = ofClass;
  }

  /**
   * With these options. Unless they name a state directory, each backend has a fresh one of its own
   * that goes with it.
   */
  public static LocalBackendExtension with(LocalOptions options) {
    return new LocalBackendExtension(Objects.requireNonNull(options, "options"), true);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    // Called only where all tests of the class are to share it: with options of its own, an
    // extension in an instance field is registered too late to be called here.
    if ((ofClass || isShared(context)) && running(context) == null) {
      start(context);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    resolve(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    stop(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type != LocalBackend.class && type != MagsClient.class) {
      return false;
    }
    if (context.getTestMethod().isEmpty() && running(context) == null) {
      throw new ParameterResolutionException(
          "a backend for each test is not there before the test: take it as a parameter of the test"
              + " or of @BeforeEach, or share one with @MagsTest(shared = true)");
    }
    return true;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running = resolve(context);
    return parameter.getParameter().getType() == MagsClient.class
        ? running.client()
        : running.backend();
  }

  private static boolean isShared(ExtensionContext context) {
    Optional<ExtensionContext> at = Optional.of(context);
    while (at.isPresent() && at.get().getTestClass().isPresent()) {
      Optional<MagsTest> annotation =
          AnnotationSupport.findAnnotation(at.get().getRequiredTestClass(), MagsTest.class);
      if (annotation.isPresent()) {
        return annotation.get().shared();
      }
      at = at.get().getParent();
    }
    return false;
  }

  /** The one that is there already, of this context or one around it, else a new one. */
  private Running resolve(ExtensionContext context) {
    Running running = running(context);
    return running == null ? start(context) : running;
  }

  private static Running running(ExtensionContext context) {
    return context.getStore(SPACE).get(Running.class, Running.class);
  }

  private Running start(ExtensionContext context) {
    LocalBackend backend = LocalBackend.start(options);
    MagsClient client =
        MagsClient.open(backend.url(), backend.token(), backend.self().state().resolve("client"));
    Running running = new Running(backend, client);
    context.getStore(SPACE).put(Running.class, running);
    return running;
  }

  /** Stops the one of this very context. */
  private static void stop(ExtensionContext context) {
    Running running = context.getStore(SPACE).remove(Running.class, Running.class);
    if (running != null) {
      running.close();
    }
  }

  private record Running(LocalBackend backend, MagsClient client) {
    void close() {
      try {
        client.close();
      } finally {
        backend.close();
      }
    }
  }
}
