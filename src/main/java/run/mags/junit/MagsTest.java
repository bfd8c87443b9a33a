package run.mags.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class whose tests have a local backend: real HTTP, real processes, nothing left at the
 * end. Tests and their {@code @BeforeEach} and {@code @AfterEach} may have parameters of the types
 * {@link run.mags.local.LocalBackend} and {@link run.mags.client.MagsClient}; constructors and
 * {@code @BeforeAll} too where one backend is shared. Tests may run in parallel.
 *
 * <p>For other settings register a {@link LocalBackendExtension} with options of your own.
 */
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(LocalBackendExtension.class)
public @interface MagsTest {
  /** Whether all tests of the class, those of nested classes too, share one backend. */
  boolean shared() default false;
}
