import { defineConfig } from 'vitest/config';

/** Unit tests lie as the tree does; the slower kinds have folders and time limits of their own (`vitest run --project sim`). */
const KINDS = { contract: 20_000, sim: 120_000, crash: 120_000 } as const;
/** Only so that a hang ends: what is polled for comes at once, on a machine that has nothing else to do. */
const POLL = { timeout: 15_000 };

export default defineConfig({
  test: {
    pool: 'forks', // native modules, and crash tests that kill processes
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...Object.keys(KINDS).map((kind) => `test/${kind}/**`), 'test/e2e/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: POLL },
        },
      },
      ...Object.entries(KINDS).map(([name, testTimeout]) => ({
        test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout, expect: { poll: POLL } },
      })),
    ],
  },
});
