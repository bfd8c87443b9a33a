package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.mags.client.MagsClient;
import run.mags.client.RunResult;
import run.mags.junit.MagsTest;
import run.mags.local.LocalBackend;
import run.mags.local.OddAnswer;
import run.mags.local.Oddities;

@MagsTest
class GreetingIT {
  @BeforeEach
  void create(MagsClient mags) {
    mags.create("dev");
  }

  @Test
  void whatOneCommandWritesAnotherReads(MagsClient mags) {
    mags.exec("dev", "sh", "-c", "echo hello >greeting");

    assertThat(mags.exec("dev", "cat", "greeting").stdout()).isEqualTo("hello\n");
  }

  @Test
  void aMachineThatComesLateAndAnErrorOfTheApiAreLivedWith(MagsClient mags, LocalBackend backend) {
    backend.behave(
        Oddities.NONE
            .withLateVmId(Duration.ofMillis(200))
            .withAnswers(OddAnswer.cutOff().to("GET", "/status")));

    RunResult result = mags.run("echo greetings; exit 3");

    assertThat(result.stdout()).isEqualTo("greetings\n");
    assertThat(result.exitCode()).isEqualTo(3);
  }
}
