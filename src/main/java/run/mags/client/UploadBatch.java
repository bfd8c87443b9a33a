package run.mags.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import run.mags.api.MagsApiClient;
import run.mags.wait.InterruptedWaitException;

/**
 * Sends files, several at once: small ones take a round trip each, whatever the network can carry.
 * The first failure breaks off all others.
 */
final class UploadBatch {
  private static final int AT_ONCE = 8;

  private final MagsApiClient api;
  private final List<Path> files;
  private final FileUploads.Progress progress;
  private final String[] ids;
  private final AtomicInteger next = new AtomicInteger();
  private final List<Thread> senders = new ArrayList<>();
  private RuntimeException failure;

  /**
   * Nothing is sent yet.
   *
   * @param progress is told by several threads
   */
  UploadBatch(MagsApiClient api, List<Path> files, FileUploads.Progress progress) {
    this.api = api;
    this.files = List.copyOf(files);
    this.progress = progress;
    this.ids = new String[files.size()];
  }

  /**
   * Sends them and answers their ids in the order of the files.
   *
   * @throws run.mags.error.CliException the first failure, with the name of its file
   * @throws InterruptedWaitException if this thread is interrupted
   */
  List<String> send() {
    // The first alone: a refused token is told once, and the others find its connection open, which
    // with HTTP/2 is all that they need.
    if (!files.isEmpty()) {
      sendNext();
    }
    for (int i = 0; i < Math.min(AT_ONCE, files.size() - 1); i++) {
      Thread sender = new Thread(this::sendRest, "upload-" + (i + 1));
      sender.setDaemon(true);
      senders.add(sender);
    }
    senders.forEach(Thread::start);
    boolean interrupted = joinAll();
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedWaitException(null);
    }
    if (failure() != null) {
      throw failure();
    }
    return Arrays.asList(ids);
  }

  /** Waits until no sender is left; an interrupt has them break off first. */
  private boolean joinAll() {
    boolean interrupted = false;
    for (Thread sender : senders) {
      while (sender.isAlive()) {
        try {
          sender.join();
        } catch (InterruptedException interrupt) {
          interrupted = true;
          fail(new InterruptedWaitException(null));
        }
      }
    }
    return interrupted;
  }

  private void sendRest() {
    try {
      while (failure() == null && sendNext()) {
        // The next one.
      }
    } catch (RuntimeException failed) {
      fail(failed);
    }
  }

  private boolean sendNext() {
    int index = next.getAndIncrement();
    if (index >= ids.length) {
      return false;
    }
    Path file = files.get(index);
    long total = file.toFile().length();
    ids[index] = api.upload(file, sent -> progress.sent(file, sent, total));
    return true;
  }

  private synchronized RuntimeException failure() {
    return failure;
  }

  private synchronized void fail(RuntimeException failed) {
    if (failure == null) {
      failure = failed;
      for (Thread sender : senders) {
        if (sender != Thread.currentThread()) {
          api.breakOff(sender);
        }
      }
    }
  }
}
