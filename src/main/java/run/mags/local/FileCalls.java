package run.mags.local;

import java.io.IOException;
import java.util.List;
import run.mags.api.model.Json;

/** The call {@code POST /api/v1/mags-files}. */
final class FileCalls {
  private final UploadedFiles files;

  FileCalls(UploadedFiles files) {
    this.files = files;
  }

  /** The calls. */
  List<Route> routes() {
    return List.of(Route.of("POST", "/api/v1/mags-files", this::upload));
  }

  private void upload(ApiCall call) throws IOException {
    String id = files.take(call.contentType(), call.body());
    call.answer(200, Json.object().put("file_id", id));
  }
}
