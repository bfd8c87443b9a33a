package run.mags;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which package may use which, and where the process itself may be touched. */
class ArchitectureTest {
  private static final String ROOT = "run.mags";
  private static final String BASE = ROOT + ".";

  /**
   * For each package with its subpackages, the packages of ours that it may use. The root and
   * {@code command} may use all but the local backend; all may use {@code error}.
   */
  private static final Map<String, List<String>> ARROWS = arrows();

  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  private static Map<String, List<String>> arrows() {
    Map<String, List<String>> arrows = new LinkedHashMap<>();
    arrows.put("api.model", List.of());
    arrows.put("api", List.of("wait"));
    arrows.put(
        "client", List.of("api", "api.model", "config", "schedule", "ssh", "transfer", "wait"));
    arrows.put("completion", List.of("config", "wait"));
    arrows.put("config", List.of("api.model"));
    arrows.put("error", List.of());
    arrows.put("junit", List.of("client", "local"));
    arrows.put("keeper", List.of("config", "terminal"));
    arrows.put("local", List.of("api.model", "schedule"));
    arrows.put("schedule", List.of());
    arrows.put("ssh", List.of("terminal"));
    arrows.put("terminal", List.of());
    arrows.put("transfer", List.of("ssh", "terminal"));
    arrows.put("view", List.of("api.model", "terminal"));
    arrows.put("wait", List.of());
    return arrows;
  }

  static Stream<String> packages() {
    return ARROWS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesOnlyWhatItsArrowsAllow(String name) {
    Stream<String> allowed =
        Stream.concat(Stream.of(name, "error"), ARROWS.get(name).stream()).distinct();
    check(
        noClasses()
            .that()
            .resideInAPackage(BASE + name + "..")
            .should()
            .dependOnClassesThat(
                in(ROOT + "..")
                    .and(DescribedPredicate.not(in(tree(allowed))))
                    .as("are ours and not in an allowed package")));
  }

  @Test
  void everyPackageHasItsArrows() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct())
        .allMatch(
            name ->
                name.equals(ROOT)
                    || name.equals(BASE + "command")
                    || name.startsWith(BASE + "command.")
                    || packages().anyMatch(known -> (name + ".").startsWith(BASE + known + ".")));
  }

  /** Otherwise every command would load the backend. */
  @Test
  void onlyTheLocalCommandsKnowTheLocalBackend() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(BASE + "local..", BASE + "command.local..", BASE + "junit..")
            .should()
            .dependOnClassesThat(in(BASE + "local..")));
  }

  @Test
  void onlyTheRootKnowsTheCommands() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, BASE + "command..")
            .should()
            .dependOnClassesThat(in(ROOT, BASE + "command..")));
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().matching(BASE + "(**)").should().beFreeOfCycles());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"util", "utils", "helper", "common", "impl", "service", "manager", "core", "misc"})
  void noPackageHasANameThatSaysNothing(String name) {
    check(noClasses().should().resideInAPackage(".." + name + ".."));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void aLibraryStaysWhereItBelongs(String library, List<String> homes) {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(homes.toArray(String[]::new))
            .should()
            .dependOnClassesThat(in(library)));
  }

  static Stream<Object[]> libraries() {
    return Stream.of(
        new Object[] {"picocli..", List.of(ROOT, BASE + "command..")},
        new Object[] {"okhttp3..", List.of(BASE + "api")},
        new Object[] {"okio..", List.of(BASE + "api")},
        new Object[] {"org.apache.sshd..", List.of(BASE + "ssh..", BASE + "local..")},
        new Object[] {"org.junit..", List.of(BASE + "junit..")},
        // Where SSHD makes its loggers; nobody logs.
        new Object[] {"org.slf4j..", List.of(BASE + "ssh")},
        new Object[] {"java.util.logging..", List.of()});
  }

  /** Reflection over records would be the dearest part of every start. */
  @Test
  void nobodyMapsJsonToClasses() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                "com\\.fasterxml\\.jackson\\.databind\\.(json\\.Json|Object)(Mapper|Reader|Writer)")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson.annotation.."));
  }

  @Test
  void onlyMainTouchesTheProcess() {
    check(
        noClasses()
            .that()
            .doNotBelongToAnyOf(Main.class)
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class)
            .orShould()
            .accessField(System.class, "in")
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err"));
  }

  /** A package may be empty still: then there is nothing that could break its rules. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }

  private static String[] tree(Stream<String> names) {
    return names.map(name -> BASE + name + "..").toArray(String[]::new);
  }

  private static DescribedPredicate<JavaClass> in(String... packages) {
    DescribedPredicate<JavaClass> within = JavaClass.Predicates.resideInAnyPackage(packages);
    return describe("reside in " + Arrays.toString(packages), within);
  }
}
