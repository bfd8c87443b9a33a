package run.mags.client;

/**
 * How a browser in a sandbox is driven, over the Chrome DevTools protocol.
 *
 * @param requestId the id of the job that it runs in; stop that to end it
 * @param url where its HTTP calls are, such as {@code /json/list}, without a slash at the end
 * @param webSocketUrl what Playwright's {@code connectOverCDP} and Puppeteer's {@code
 *     browserWSEndpoint} take. Another one when the browser starts anew, as after a sleep
 */
public record BrowserEndpoint(String requestId, String url, String webSocketUrl) {}
