package run.mags.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import run.mags.terminal.Printable;

/** An object whose keys are not known beforehand, a line for each field. */
public final class FieldsView {
  private FieldsView() {}

  /** The fields in their order, values in one column; those of inner objects with a dotted name. */
  public static String text(JsonNode object) {
    int width = width(object, "");
    StringBuilder text = new StringBuilder();
    append(text, object, "", width);
    return text.toString();
  }

  private static int width(JsonNode object, String prefix) {
    int width = 0;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = prefix + Printable.line(field.getKey());
      boolean inner = field.getValue().isObject();
      width = Math.max(width, inner ? width(field.getValue(), name + ".") : name.length());
    }
    return width;
  }

  private static void append(StringBuilder text, JsonNode object, String prefix, int width) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = prefix + Printable.line(field.getKey());
      JsonNode value = field.getValue();
      if (value.isObject()) {
        append(text, value, name + ".", width);
        continue;
      }
      String shown = value.isValueNode() ? value.asText() : value.toString();
      text.append(name)
          .append(':')
          .append(" ".repeat(width - name.length() + 1))
          .append(Printable.line(shown))
          .append('\n');
    }
  }
}
