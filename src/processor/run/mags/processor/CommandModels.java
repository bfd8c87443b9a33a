package run.mags.processor;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic.Kind;

/**
 * Turns picocli's annotations into code that builds the same model, so that no command reads
 * annotations by reflection when it starts: for {@code ListCommand} it writes {@code
 * ListCommandModel}, whose {@code of} answers the command's specification, and for a class of shared
 * options {@code RunOptionsModel}, whose {@code addTo} adds them to a command's.
 *
 * <p>It knows the attributes that mags uses and refuses any other; {@code CommandModelsTest} compares
 * what comes out with what picocli reads itself.
 */
@SupportedAnnotationTypes("picocli.CommandLine.*")
public final class CommandModels extends AbstractProcessor {
  private static final String PICOCLI = "picocli.CommandLine.";
  private static final Set<String> ARGUMENTS = Set.of("Option", "Parameters");
  private static final Set<String> MEMBERS = Set.of("Option", "Parameters", "Mixin", "Spec");

  /** Attributes of an option or a parameter, and what picocli's builder calls them. */
  private static final Map<String, String> BUILDER =
      Map.ofEntries(
          Map.entry("paramLabel", "paramLabel"),
          Map.entry("description", "description"),
          Map.entry("arity", "arity"),
          Map.entry("index", "index"),
          Map.entry("required", "required"),
          Map.entry("usageHelp", "usageHelp"),
          Map.entry("hidden", "hidden"),
          Map.entry("defaultValue", "defaultValue"),
          Map.entry("fallbackValue", "fallbackValue"),
          Map.entry("negatable", "negatable"),
          Map.entry("split", "splitRegex"),
          Map.entry("scope", "scopeType"));

  private static final Set<String> OF_COMMAND = Set.of("name", "aliases");
  private static final Set<String> OF_USAGE =
      Set.of(
          "description",
          "footer",
          "footerHeading",
          "synopsisHeading",
          "customSynopsis",
          "hidden",
          "sortOptions");

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    for (Element root : round.getRootElements()) {
      if (root.getKind() == ElementKind.CLASS && isModelled((TypeElement) root)) {
        write((TypeElement) root);
      }
    }
    return false;
  }

  private static boolean isModelled(TypeElement type) {
    if (annotation(type, "Command") != null) {
      return true;
    }
    for (Element member : type.getEnclosedElements()) {
      for (String name : MEMBERS) {
        if (annotation(member, name) != null) {
          return true;
        }
      }
    }
    return false;
  }

  private void write(TypeElement type) {
    String name = type.getSimpleName() + "Model";
    String inPackage = processingEnv.getElementUtils().getPackageOf(type).toString();
    try (Writer writer =
        processingEnv.getFiler().createSourceFile(inPackage + "." + name, type).openWriter()) {
      writer.write(source(type, inPackage, name));
    } catch (IOException e) {
      error(type, "cannot write its model: " + e);
    }
  }

  private String source(TypeElement type, String inPackage, String name) {
    String own = type.getSimpleName().toString();
    List<VariableElement> arguments = new ArrayList<>();
    StringBuilder adding = new StringBuilder();
    for (VariableElement field : ElementFilter.fieldsIn(type.getEnclosedElements())) {
      add(type, field, arguments, adding);
    }
    StringBuilder out = new StringBuilder();
    out.append("package ").append(inPackage).append(";\n\n");
    out.append("import picocli.CommandLine.Model.CommandSpec;\n");
    out.append("import picocli.CommandLine.Model.IGetter;\n");
    out.append("import picocli.CommandLine.Model.ISetter;\n");
    out.append("import picocli.CommandLine.Model.OptionSpec;\n");
    out.append("import picocli.CommandLine.Model.PositionalParamSpec;\n\n");
    out.append("/** The command line of {@link ").append(own).append("}, ready for picocli. */\n");
    out.append("@javax.annotation.processing.Generated(\"run.mags.processor.CommandModels\")\n");
    out.append("public final class ").append(name).append(" {\n");
    out.append("  private ").append(name).append("() {}\n\n");
    AnnotationMirror command = annotation(type, "Command");
    if (command != null) {
      out.append("  /** Its specification. */\n");
      out.append("  public static CommandSpec of(").append(own).append(" object) {\n");
      out.append("    CommandSpec spec = CommandSpec.wrapWithoutInspection(object);\n");
      describe(type, command, out);
      out.append("    addTo(spec, object);\n    return spec;\n  }\n\n");
    }
    out.append("  /** Adds what stands in {@code object} to {@code spec}. */\n");
    out.append("  public static void addTo(CommandSpec spec, ").append(own).append(" object) {\n");
    if (hasAttach(type)) {
      out.append("    object.attach(spec);\n");
    }
    out.append(adding).append("  }\n");
    if (!arguments.isEmpty()) {
      binding(own, arguments, out);
    }
    return out.append("}\n").toString();
  }

  private void describe(TypeElement type, AnnotationMirror command, StringBuilder out) {
    for (var value : command.getElementValues().entrySet()) {
      String attribute = value.getKey().getSimpleName().toString();
      if (OF_COMMAND.contains(attribute)) {
        out.append("    spec.");
      } else if (OF_USAGE.contains(attribute)) {
        out.append("    spec.usageMessage().");
      } else {
        error(type, "CommandModels does not know the attribute " + attribute + " of @Command");
      }
      out.append(attribute).append('(').append(values(value.getValue())).append(");\n");
    }
  }

  private void add(
      TypeElement type,
      VariableElement field,
      List<VariableElement> arguments,
      StringBuilder adding) {
    String name = field.getSimpleName().toString();
    boolean known = false;
    for (String kind : ARGUMENTS) {
      AnnotationMirror annotation = annotation(field, kind);
      if (annotation != null) {
        known = true;
        argument(field, kind, annotation, arguments.size(), adding);
        arguments.add(field);
      }
    }
    if (annotation(field, "Spec") != null) {
      known = true;
      adding.append("    object.").append(name).append(" = spec;\n");
    }
    if (annotation(field, "Mixin") != null) {
      known = true;
      TypeElement mixed = (TypeElement) ((DeclaredType) field.asType()).asElement();
      adding.append("    ").append(mixed.getQualifiedName()).append("Model.addTo(spec, object.");
      adding.append(name).append(");\n");
    }
    if (known && field.getModifiers().contains(Modifier.PRIVATE)) {
      error(field, "picocli's fields must not be private: " + type.getSimpleName() + "Model uses it");
    }
  }

  private void argument(
      VariableElement field,
      String kind,
      AnnotationMirror annotation,
      int index,
      StringBuilder out) {
    boolean option = kind.equals("Option");
    StringBuilder rest = new StringBuilder();
    String names = "";
    for (var value : annotation.getElementValues().entrySet()) {
      String attribute = value.getKey().getSimpleName().toString();
      if (attribute.equals("names")) {
        names = values(value.getValue());
      } else if (attribute.equals("converter")) {
        rest.append("            .converters(").append(instances(value.getValue())).append(")\n");
      } else if (BUILDER.containsKey(attribute)) {
        rest.append("            .").append(BUILDER.get(attribute)).append('(');
        rest.append(values(value.getValue())).append(")\n");
      } else {
        error(field, "CommandModels does not know the attribute " + attribute + " of @" + kind);
      }
    }
    out.append("    spec.").append(option ? "addOption" : "addPositional").append("(\n        ");
    out.append(option ? "OptionSpec" : "PositionalParamSpec").append(".builder(").append(names);
    out.append(")\n");
    type(field.asType(), out);
    out.append("            .initialValue(object.").append(field.getSimpleName()).append(")\n");
    if (!option) {
      out.append("            .required(").append(isRequired(field, annotation)).append(")\n");
    }
    out.append(rest);
    out.append("            .getter(new Binding(object, ").append(index).append("))\n");
    out.append("            .setter(new Binding(object, ").append(index).append("))\n");
    out.append("            .build());\n");
  }

  /** A parameter is required if the least number of its values, as picocli has it, is not 0. */
  private static boolean isRequired(VariableElement field, AnnotationMirror annotation) {
    for (var value : annotation.getElementValues().entrySet()) {
      if (value.getKey().getSimpleName().contentEquals("arity")) {
        return !value.getValue().getValue().toString().startsWith("0");
      }
    }
    return !field.asType().toString().startsWith("java.util.");
  }

  /** A list is told by its class and that of its elements, any other type by its class alone. */
  private void type(TypeMirror type, StringBuilder out) {
    out.append("            .type(").append(erased(type)).append(".class)\n");
    if (type.getKind() == TypeKind.DECLARED) {
      for (TypeMirror element : ((DeclaredType) type).getTypeArguments()) {
        out.append("            .auxiliaryTypes(").append(erased(element)).append(".class)\n");
      }
    }
  }

  private String erased(TypeMirror type) {
    TypeMirror plain = processingEnv.getTypeUtils().erasure(type);
    return plain.getKind() == TypeKind.DECLARED
        ? ((TypeElement) ((DeclaredType) plain).asElement()).getQualifiedName().toString()
        : plain.getKind().toString().toLowerCase(java.util.Locale.ROOT);
  }

  /** Reads and writes the fields by their numbers: one class, whatever their number. */
  private void binding(String own, List<VariableElement> fields, StringBuilder out) {
    out.append("\n  private record Binding(").append(own).append(" object, int field)");
    out.append(" implements IGetter, ISetter {\n");
    out.append("    @Override\n    @SuppressWarnings(\"unchecked\")\n    public <T> T get() {\n");
    out.append("      Object value;\n      switch (field) {\n");
    for (int i = 0; i < fields.size(); i++) {
      out.append("        case ").append(i).append(" -> value = object.");
      out.append(fields.get(i).getSimpleName()).append(";\n");
    }
    out.append("        default -> throw new IllegalStateException();\n      }\n");
    out.append("      return (T) value;\n    }\n\n");
    out.append("    @Override\n    @SuppressWarnings(\"unchecked\")\n");
    out.append("    public <T> T set(T value) {\n      T old = get();\n      switch (field) {\n");
    for (int i = 0; i < fields.size(); i++) {
      VariableElement field = fields.get(i);
      out.append("        case ").append(i).append(" -> object.").append(field.getSimpleName());
      out.append(" = ");
      if (field.asType().getKind() == TypeKind.BOOLEAN) {
        out.append("value != null && (Boolean) value;\n");
      } else {
        out.append('(').append(field.asType()).append(") value;\n");
      }
    }
    out.append("        default -> throw new IllegalStateException();\n      }\n");
    out.append("      return old;\n    }\n  }\n");
  }

  private boolean hasAttach(TypeElement type) {
    for (ExecutableElement method :
        ElementFilter.methodsIn(processingEnv.getElementUtils().getAllMembers(type))) {
      if (method.getSimpleName().contentEquals("attach")) {
        return true;
      }
    }
    return false;
  }

  private static AnnotationMirror annotation(Element element, String name) {
    for (AnnotationMirror mirror : element.getAnnotationMirrors()) {
      TypeElement type = (TypeElement) mirror.getAnnotationType().asElement();
      if (type.getQualifiedName().contentEquals(PICOCLI + name)) {
        return mirror;
      }
    }
    return null;
  }

  /** As source: an array as several arguments. */
  private static String values(AnnotationValue value) {
    if (value.getValue() instanceof List<?> several) {
      List<String> all = new ArrayList<>();
      several.forEach(one -> all.add(one.toString()));
      return String.join(", ", all);
    }
    if (value.getValue() instanceof VariableElement constant) {
      return constant.getEnclosingElement() + "." + constant.getSimpleName();
    }
    return value.toString();
  }

  private static String instances(AnnotationValue value) {
    List<String> all = new ArrayList<>();
    for (Object one : (List<?>) value.getValue()) {
      all.add("new " + ((AnnotationValue) one).getValue() + "()");
    }
    return String.join(", ", all);
  }

  private void error(Element at, String message) {
    processingEnv.getMessager().printMessage(Kind.ERROR, message, at);
  }
}
