import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ScreenModel } from '../../../main/contracts/screen-model.ts';
import { connectToCore, type CoreLink } from '../../../main/shell/core-link.ts';
import { createFakeCore, type FakeCore } from '../../e2e/support/fake-core.ts';

/** Real sockets: the link's subject is their loss. */
const maintenance = (revision: number): ScreenModel => ({
  revision, language: 'kk', terminal: { number: '0427', helpNumber: '0000' }, display: { lowReach: false, largeText: false, highContrast: false, voice: false },
  timeLimit: null, intents: [], toast: null, beneath: null, screen: 'maintenance', data: {},
});

let runFolder: string;
let core: FakeCore;
let link: CoreLink;
let screens: (number | null)[];
let events: string[];

beforeEach(() => {
  runFolder = mkdtempSync(join(tmpdir(), 'qolma-link-'));
  core = createFakeCore(runFolder);
  screens = [];
  events = [];
  link = connectToCore({ runFolder, onScreen: (model) => screens.push((model as ScreenModel | null)?.revision ?? null), onEvent: (event) => events.push(event) });
});
afterEach(async () => {
  link.close();
  await core.stop();
  rmSync(runFolder, { recursive: true });
});

it('shows the same screen when a core comes back soon, with another token, and no absence between', async () => {
  core.show(maintenance(4));
  await core.start();
  await expect.poll(() => screens).toEqual([4]);
  await core.stop();
  await core.start();
  await expect.poll(() => screens).toEqual([4, 4]);
  expect(events).toEqual(['shell.core.connected', 'shell.core.lost', 'shell.core.connected']);
  expect(core.refusedCount()).toBe(0);
});

it('says after a while that there is no core', async () => {
  await expect.poll(() => screens).toEqual([null]);
  expect(link.present()).toBeNull();
});

it('carries intents and what was shown, and drops both while there is no core', async () => {
  link.sendIntent({ kind: 'touch', revision: 1 });
  core.show(maintenance(4));
  await core.start();
  await expect.poll(() => screens).toContain(4);
  link.sendIntent({ kind: 'touch', revision: 4 });
  link.reportShown(4);
  await expect.poll(() => core.received.map((message) => message.type)).toEqual(['hello', 'intent', 'shown']);
});
