import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import type { ControlClient } from '../../../simulators/control/control-socket.ts';
import { connectControl } from '../../../simulators/control/control-socket.ts';
import type { Json } from '../../../simulators/simulator.ts';

/** The sample terminal of `qolma demo` without its window: bank, devices and core as programs on real lines. */
export interface RunningTerminal {
  readonly runFolder: string;
  readonly workbenchUrl: string;
  /** A hand at a device: `device('acceptor', { do: 'insertNote', … })`. Fails the test when the device refuses. */
  device(target: string, command: { readonly do: string; readonly [key: string]: Json }): Promise<Json>;
  bank(command: { readonly do: string; readonly [key: string]: Json }): Promise<Json>;
  /** The newest code that the telephone of this number received. */
  code(phone: string): Promise<string>;
  stop(): Promise<void>;
}

const PROJECT_FOLDER = join(import.meta.dirname, '../../..');
const START_TIMEOUT_MS = 30_000;

/** Devices five times faster than real ones, so that a test does not wait for motors. */
export async function startTerminal(): Promise<RunningTerminal> {
  const child = spawn(process.execPath, ['main/cli/main.ts', 'demo', '--time-factor', '0.2'], { cwd: PROJECT_FOLDER, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const started = await untilUp(child.stdout).catch(async (error: unknown) => {
    child.kill('SIGTERM');
    await ended;
    throw error;
  });
  const [devices, bank] = await Promise.all([connectControl(join(started.runFolder, RUN_FILES.devicesControl)), connectControl(join(started.runFolder, RUN_FILES.bankControl))]);
  const told = async (client: ControlClient, target: string, command: { readonly do: string; readonly [key: string]: Json }): Promise<Json> => {
    const result = await client.send(target, command);
    if (!result.ok) throw new Error(`${target} ${command.do}: ${result.error.code} ${result.error.detail}`);
    return result.value;
  };
  return {
    ...started,
    device: (target, command) => told(devices, target, command),
    bank: (command) => told(bank, 'bank', command),
    code: async (phone) => {
      const messages = (await told(bank, 'bank', { do: 'messages', phone })) as unknown as readonly { readonly text: string; readonly kind: string }[];
      const newest = messages.filter((message) => message.kind === 'code').at(-1);
      const code = /\b\d{6}\b/.exec(newest?.text ?? '')?.[0];
      if (code === undefined) throw new Error('no code has come to this telephone');
      return code;
    },
    stop: async () => {
      devices.close();
      bank.close();
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function untilUp(stdout: NodeJS.ReadableStream): Promise<{ readonly runFolder: string; readonly workbenchUrl: string }> {
  const lines = createInterface({ input: stdout });
  let [runFolder, printed] = ['', ''];
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the terminal did not come up:\n${printed}`)), START_TIMEOUT_MS);
    lines.on('line', (line) => {
      printed += `${line}\n`;
      runFolder = /"runFolder":"([^"]+)"/.exec(line)?.[1] ?? runFolder;
      const workbenchUrl = /Workbench: (\S+)/.exec(line)?.[1];
      if (workbenchUrl === undefined) return;
      clearTimeout(timer);
      resolve({ runFolder, workbenchUrl });
    });
    lines.on('close', () => reject(new Error(`the terminal ended:\n${printed}`)));
  });
}
