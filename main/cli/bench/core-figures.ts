import { atMost, median, percentile, told, type Figure } from './figure.ts';
import { cpuMs, pssMb } from './process-figures.ts';
import { CORE_PROGRAM, type MeasuredCore, type SampleTerminal } from './sample-terminal.ts';
import { connectScreen, type ScreenClient } from './screen-client.ts';

const STARTS = 5;
const TOUCHES = 200;
/** The core takes 40 intents a second from a window. */
const TOUCH_GAP_MS = 30;
const IDLE_MS = 10_000;
/** Devices have come up, sign-on and catalogue are over. */
const SETTLE_MS = 3_000;
const START_AIM_MS = 150;
const TOUCH_AIM_MS = 5;
const IDLE_AIM_PERCENT = 3;
const CORE_PSS_AIM_MB = 120;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Start of the core, warm: the first, which fills the compile cache and makes the journal, does not count. */
export async function startFigures(terminal: SampleTerminal): Promise<readonly Figure[]> {
  const readyMs: number[] = [];
  const serviceMs: number[] = [];
  const startCpuMs: number[] = [];
  for (let start = 0; start <= STARTS; start++) {
    const core = await terminal.startCore();
    try {
      const usedMs = cpuMs(core.pid);
      const connectedMs = performance.now();
      const screen = await connectScreen(terminal.runFolder);
      await screen.until((model) => model.screen === 'attract');
      screen.close();
      if (start === 0) continue;
      readyMs.push(core.spawnToReadyMs);
      startCpuMs.push(usedMs);
      serviceMs.push(core.spawnToReadyMs + performance.now() - connectedMs);
    } finally {
      await core.stop();
    }
  }
  return [
    atMost(START_AIM_MS, { name: 'core: start to first screen', unit: 'ms', note: `median of ${STARTS}, from spawn, ${CORE_PROGRAM.endsWith('.ts') ? 'sources as they are' : 'bundle'}` }, median(readyMs)),
    told({ name: 'core: CPU time until then', unit: 'ms', note: 'what the start costs when the machine has nothing else to do' }, median(startCpuMs)),
    told({ name: 'core: start to in service', unit: 'ms', note: 'host codec loaded, journal checked, recovery over' }, median(serviceMs)),
  ];
}

/** A touch through the core's socket: from the intent to the new model, while all devices are polled. */
export async function touchFigures(runFolder: string): Promise<readonly Figure[]> {
  const screen = await connectScreen(runFolder);
  try {
    await screen.until((model) => model.screen === 'attract');
    // Devices and bank come up one by one and change the screen under the finger meanwhile.
    await pause(SETTLE_MS);
    const firstMs = await screen.touch({ kind: 'touch' });
    // The menu, or the notice before it while a device is still coming up: both switch the language.
    await screen.until((model) => model.screen !== 'attract' && model.intents.includes('language'));
    const touchMs = await languageTouches(screen);
    await screen.touch({ kind: 'cancel' });
    return [
      told({ name: 'touch: attract to first screen', unit: 'ms', note: 'with a durable session.started' }, firstMs),
      told({ name: 'touch: next screen p50', unit: 'ms', note: `${TOUCHES} language switches` }, percentile(touchMs, 0.5)),
      atMost(TOUCH_AIM_MS, { name: 'touch: next screen p99', unit: 'ms' }, percentile(touchMs, 0.99)),
    ];
  } finally {
    screen.close();
  }
}

async function languageTouches(screen: ScreenClient): Promise<readonly number[]> {
  const touchMs: number[] = [];
  for (let touch = 0; touch < TOUCHES; touch++) {
    await pause(TOUCH_GAP_MS);
    touchMs.push(await screen.touch({ kind: 'language', language: touch % 2 === 0 ? 'ru' : 'kk' }));
  }
  return touchMs;
}

/** CPU while nothing happens but polling, and memory, of the core and of everything together. */
export async function idleFigures(core: MeasuredCore, companionPids: readonly number[]): Promise<readonly Figure[]> {
  await pause(SETTLE_MS);
  const pids = [core.pid, ...companionPids];
  const before = pids.map(cpuMs);
  const startedMs = performance.now();
  await pause(IDLE_MS);
  const spanMs = performance.now() - startedMs;
  const percents = pids.map((pid, index) => ((cpuMs(pid) - before[index]!) / spanMs) * 100);
  return [
    atMost(IDLE_AIM_PERCENT, { name: 'idle: CPU of the core', unit: '%', note: 'of one core, all devices polled, 10 s' }, percents[0]!),
    told({ name: 'idle: CPU of core, devices, bank', unit: '%', note: 'simulated hardware and bank included' }, percents.reduce((sum, percent) => sum + percent, 0)),
    atMost(CORE_PSS_AIM_MB, { name: 'memory: core', unit: 'MB', note: 'PSS' }, pssMb(core.pid)),
  ];
}
