/** True in builds for Playwright and in unit tests only. */
declare const __FAKE_HOST__: boolean;
