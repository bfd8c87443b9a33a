package run.mags.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;
import run.mags.api.model.Access;
import run.mags.api.model.Job;
import run.mags.api.model.Json;

class PublicUrlTest {
  private static String url(String access, String job, String domain)
      throws JsonProcessingException {
    return url(access, job, domain, PublicUrl.DOMAIN);
  }

  private static String url(String access, String job, String domain, String standard)
      throws JsonProcessingException {
    return PublicUrl.of(Access.read(Json.read(access)), Job.read(Json.read(job)), domain, standard);
  }

  @Test
  void takesWhatTheServerGivesFirst() throws JsonProcessingException {
    assertThat(url("{\"url\":\"https://a.apps.mags.run\"}", "{\"subdomain\":\"b\"}", null))
        .isEqualTo("https://a.apps.mags.run");
    assertThat(url("{\"proxy_url\":\"https://p.x\"}", "{\"url\":\"https://j.x\"}", null))
        .isEqualTo("https://p.x");
    assertThat(url("{}", "{\"url\":\"https://j.x\",\"subdomain\":\"b\"}", null))
        .isEqualTo("https://j.x");
  }

  @Test
  void buildsOneFromASubdomainOnlyWithout() throws JsonProcessingException {
    assertThat(url("{}", "{\"subdomain\":\"b\"}", null))
        .isEqualTo("https://b.apps.magpiecloud.com");
    assertThat(url("{\"subdomain\":\"c\"}", "{}", null))
        .isEqualTo("https://c.apps.magpiecloud.com");
  }

  @Test
  void aSandboxOfThisMachineHasNoUrlOfTheService() throws JsonProcessingException {
    assertThat(url("{}", "{\"subdomain\":\"b\"}", "my.run", null)).isEqualTo("https://b.my.run");
    assertThatThrownBy(() -> url("{}", "{\"request_id\":\"r\",\"subdomain\":\"b\"}", null, null))
        .isInstanceOf(ApiException.class)
        .hasMessage("the API gave no URL for r");
  }

  @Test
  void aDomainOfTheUsersWinsAndKeepsTheSubdomain() throws JsonProcessingException {
    assertThat(url("{\"url\":\"https://a.apps.magpiecloud.com\"}", "{}", "apps.mags.run"))
        .isEqualTo("https://a.apps.mags.run");
    assertThat(url("{\"url\":\"https://a.x.y\"}", "{\"subdomain\":\"b\"}", "z.run"))
        .isEqualTo("https://b.z.run");
  }

  @Test
  void saysWhenThereIsNothingToBuildOneFrom() {
    assertThatThrownBy(() -> url("{}", "{\"request_id\":\"r\"}", null))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("neither a URL nor a subdomain");
  }
}
