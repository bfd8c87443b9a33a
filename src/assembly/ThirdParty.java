import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes the licences of what the archives contain as a page, out of the bill of materials. Ends
 * with a failure where one has no licence: someone has to look then.
 *
 * <p>usage: ThirdParty BILL PAGE
 */
final class ThirdParty {
  public static void main(String[] args) throws IOException {
    Map<String, String> rows = new TreeMap<>();
    for (JsonNode component : new ObjectMapper().readTree(new File(args[0])).get("components")) {
      TreeSet<String> licences = new TreeSet<>();
      for (JsonNode entry : component.path("licenses")) {
        JsonNode licence = entry.path("license");
        licences.add(licence.path("id").asText(licence.path("name").asText(entry.path("expression").asText())));
      }
      licences.remove("");
      String name = component.get("group").asText() + ":" + component.get("name").asText();
      if (licences.isEmpty()) {
        throw new IllegalStateException(name + " names no licence");
      }
      String row =
          String.join(" | ", name, component.get("version").asText(), String.join(", ", licences));
      rows.put(name, "| " + row + " |");
    }
    Files.writeString(
        Path.of(args[1]),
        "# Third-party software\n\n"
            + "mags is distributed with these libraries, unchanged but for picocli, whose classes are\n"
            + "verified anew. Notices and further texts are in the jars of `lib`. `mags.cdx.json` is the\n"
            + "same as a bill of materials (CycloneDX). An archive with a Java of its own has that Java's\n"
            + "licences in `runtime/legal`.\n\n"
            + "| library | version | licence |\n|---|---|---|\n"
            + String.join("\n", rows.values())
            + "\n\n## Apache-2.0\n\n```text\n"
            + apacheLicence()
            + "\n```\n");
  }

  /** Whoever passes on software under it has to pass on its text; Jackson brings it along. */
  private static String apacheLicence() throws IOException {
    try (InputStream text = ThirdParty.class.getResourceAsStream("/META-INF/LICENSE")) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
