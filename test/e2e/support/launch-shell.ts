import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { shellCommand } from '../../../main/cli/launcher/shell-command.ts';
import type { ProfileName } from '../../../main/shell/shell-options.ts';

export interface LaunchedShell {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** What the shell wrote: one JSON object a line. */
  lines(): Record<string, unknown>[];
  close(): Promise<void>;
}

/** Opens the real window on a run folder, with whatever core is or will be there. */
export async function launchShell({ runFolder, profile, isKiosk = false }: { runFolder: string; profile?: ProfileName; isKiosk?: boolean }): Promise<LaunchedShell> {
  const { command, args } = shellCommand({ runFolder, profile: profile ?? null, isKiosk });
  let output = '';
  const env = Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined || name.startsWith('ELECTRON_') ? [] : [[name, value] as const])));
  const app = await _electron.launch({ executablePath: command, args: [...args], env: { ...env, QOLMA_TIMING: '1' }, timeout: 20_000 });
  app.process().stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const page = await app.firstWindow();
  return {
    app,
    page,
    lines: () => output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>),
    close: () => app.close(),
  };
}

/** Starts the shell as the field does, without Playwright, and reads its own measurement: from the start of the process to the first content. */
export async function firstPaintMs(runFolder: string): Promise<number> {
  const { command, args, env } = shellCommand({ runFolder, profile: 'portrait' });
  const child = spawn(command, [...args], { env: { ...process.env, ...env, QOLMA_TIMING: '1' }, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const entry = line.startsWith('{') ? (JSON.parse(line) as { event?: string; ms?: number }) : {};
      if (entry.event === 'shell.firstPaint' && entry.ms !== undefined) return entry.ms;
    }
    throw new Error('the shell ended without having painted');
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}
