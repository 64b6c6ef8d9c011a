// The browser is found or installed by packages/local-stack; puppeteer downloads nothing.
module.exports = { skipDownload: true };
