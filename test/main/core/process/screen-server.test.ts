import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { serveScreens, type ScreenServer } from '../../../../main/core/process/screen-server.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { cryptoRandom } from '../../../../main/system/crypto-random.ts';
import { systemClock } from '../../../../main/system/system-clock.ts';
import { ScreenClient } from '../../../../simulators/world/scenario/screen-client.ts';
import { DeskWorld } from '../../../support/virtual-desk.ts';

/** The terminal of virtual time behind a real socket. */
let folder: string;
let world: DeskWorld;
let server: ScreenServer;
let client: ScreenClient;
let heard: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-screens-'));
  const place = { socketPath: join(folder, 'core.sock'), tokenPath: join(folder, 'core.token') };
  world = new DeskWorld();
  await world.boot();
  server = await serveScreens({ desk: world.desk, ...place, clock: systemClock(), random: cryptoRandom(), log: silentLog });
  heard = [];
  client = await ScreenClient.connect({ ...place, monotonicMs: () => 0, listener: (word) => heard.push(word.kind === 'model' ? word.seen.model.screen : word.kind === 'dropped' ? word.reason : word.kind) });
});
afterEach(async () => {
  client.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

it('answers each intent once: taken, or why it had no effect', async () => {
  const { revision } = client.last!.model;
  client.send({ kind: 'touch', revision: revision + 1 });
  client.send({ kind: 'takeCash', revision } as never);
  client.send({ kind: 'touch', revision });
  await expect.poll(() => heard.filter((word) => word !== 'attract')).toEqual(['stale', 'malformed', 'taken', 'menu']);
  client.send({ kind: 'touch', revision });
  await expect.poll(() => heard.at(-1)).toBe('stale');
});

it('refuses a token of as many letters and more bytes, and goes on', async () => {
  const stranger = new WebSocket(`ws+unix://${join(folder, 'core.sock')}:/`, { perMessageDeflate: false });
  const closed = new Promise<number>((resolve) => stranger.on('close', resolve));
  await new Promise((resolve) => stranger.on('open', resolve));
  stranger.send(JSON.stringify({ type: 'hello', protocol: 1, token: 'ж'.repeat(64), role: 'shell' }));
  expect(await closed).toBe(4401);
});
