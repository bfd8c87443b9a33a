package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import run.mags.api.model.Json;

/** All aliases of one backend, in a file that is replaced in one step. */
final class UrlAliases {
  private static final String FILE = "aliases.json";

  private final Path file;
  private Map<String, UrlAlias> bySubdomain = new LinkedHashMap<>();

  private UrlAliases(Path file) {
    this.file = file;
  }

  /**
   * Those kept in a state directory. A file that cannot be read is put aside, with a warning.
   *
   * @throws IOException if that cannot be done
   */
  static UrlAliases in(Path state, Consumer<String> warnings) throws IOException {
    UrlAliases aliases = new UrlAliases(state.resolve(FILE));
    try {
      JsonNode kept = Json.read(Files.readString(aliases.file));
      for (JsonNode entry : kept.path("aliases")) {
        UrlAlias alias = UrlAlias.read(entry);
        if (alias != null) {
          aliases.bySubdomain.put(alias.subdomain(), alias);
        }
      }
    } catch (NoSuchFileException none) {
      // There has been no alias so far.
    } catch (IOException torn) {
      Path aside = state.resolve(FILE + ".unreadable");
      Files.move(aliases.file, aside, StandardCopyOption.REPLACE_EXISTING);
      warnings.accept("the URL aliases cannot be read and are now in " + aside);
    }
    return aliases;
  }

  /** All, oldest first. */
  synchronized List<UrlAlias> all() {
    return List.copyOf(bySubdomain.values());
  }

  /** The alias of this name, or null. */
  synchronized UrlAlias find(String subdomain) {
    return bySubdomain.get(subdomain);
  }

  /**
   * Adds one; it is on disk when this returns.
   *
   * @throws ApiRefusal if there is one of that name
   */
  synchronized void add(UrlAlias alias) {
    if (bySubdomain.containsKey(alias.subdomain())) {
      throw new ApiRefusal(409, "alias '" + alias.subdomain() + "' already exists");
    }
    Map<String, UrlAlias> changed = new LinkedHashMap<>(bySubdomain);
    changed.put(alias.subdomain(), alias);
    keep(changed);
  }

  /**
   * Removes one.
   *
   * @throws ApiRefusal if there is none of that name
   */
  synchronized void remove(String subdomain) {
    if (!bySubdomain.containsKey(subdomain)) {
      throw new ApiRefusal(404, "alias not found: " + subdomain);
    }
    Map<String, UrlAlias> changed = new LinkedHashMap<>(bySubdomain);
    changed.remove(subdomain);
    keep(changed);
  }

  private void keep(Map<String, UrlAlias> changed) {
    try {
      OwnerOnly.replace(file, text(changed.values()).getBytes(StandardCharsets.UTF_8));
      bySubdomain = changed;
    } catch (IOException e) {
      throw new ApiRefusal(500, "the alias cannot be stored: " + StateDirectory.reason(e));
    }
  }

  private static String text(Collection<UrlAlias> aliases) {
    ObjectNode json = Json.object();
    ArrayNode list = json.putArray("aliases");
    aliases.forEach(alias -> list.add(alias.toJson()));
    return Json.write(json) + "\n";
  }
}
