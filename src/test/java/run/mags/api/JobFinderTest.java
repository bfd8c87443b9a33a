package run.mags.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.api.model.Job;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;

class JobFinderTest {
  private final FakeApi server = new FakeApi();
  private final MagsApiClient api = client(server.url());

  private static MagsApiClient client(URI url) {
    return new MagsApiClient(
        new ApiOptions(url, "t", "mags/test", new FakeSleeper(), line -> {}, line -> {}));
  }

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  private static String job(String id, String name, String workspace, String status) {
    return "{\"request_id\":\"%s\",\"name\":\"%s\",\"workspace_id\":\"%s\",\"status\":\"%s\"}"
        .formatted(id, name, workspace, status);
  }

  private Optional<String> find(String name) {
    return new JobFinder(api).byName(name).job().map(Job::requestId);
  }

  private void page(String... jobs) {
    server.answers("{\"jobs\":[" + String.join(",", jobs) + "]}");
  }

  @Test
  void prefersALiveNameOverAllElse() {
    page(job("1", "x", "dev", "running"), job("2", "dev", "w", "completed"));
    page(job("3", "dev", "w", "sleeping"), job("4", "dev", "w", "running"));

    assertThat(find("dev")).contains("3");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void thenALiveWorkspaceThenAPastNameThenAPastWorkspace() {
    page(job("1", "dev", "w", "error"), job("2", "x", "dev", "running"));
    page();
    assertThat(find("dev")).contains("2");

    page(job("1", "x", "dev", "stopped"), job("2", "dev", "w", "completed"));
    page();
    assertThat(find("dev")).contains("2");

    page(job("1", "x", "dev", "stopped"), job("2", "y", "dev", "stopped"));
    page();
    assertThat(find("dev")).contains("1");
  }

  @Test
  void tellsTheNamesItSawWhenThereIsNone() {
    page(job("1", "alpha", "w", "running"), job("2", "beta", "w", "stopped"));
    page();

    JobFinder.Found found = new JobFinder(api).byName("Alpha");

    assertThat(found.job()).isEmpty();
    assertThat(found.names()).containsExactly("alpha", "w", "beta");
  }

  @ParameterizedTest
  @CsvSource({
    "0b9f7a3e-1c2d-4e5f-8a9b-0c1d2e3f4a5b, true",
    "0B9F7A3E-1C2D-4E5F-8A9B-0C1D2E3F4A5B, true",
    "env-0b9f7a3e-1c2d-4e5f-8a9b-0c1d2e3f4a5b, false",
    "0b9f7a3e-1c2d-4e5f-8a9b, false",
    "dev, false",
  })
  void tellsIdsFromNames(String text, boolean id) {
    assertThat(JobFinder.isId(text)).isEqualTo(id);
  }
}
