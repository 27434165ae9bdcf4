import { defineConfig } from '@playwright/test';

/** The whole terminal in its real window. One worker: the windows share one display, and the machine has few cores. */
export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  workers: 1,
  timeout: 120_000,
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ?? '.runtime/reports/e2e.json' }]],
});
