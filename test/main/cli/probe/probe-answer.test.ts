/**
 * Goal: `qolma devices probe` names what is at real ports and prints a configuration that the core takes.
 * Method: simulators, chance bytes and silence on pseudo-terminals; links in a folder as udev would make them.
 */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { devicesSection } from '../../../../main/cli/probe/config-lines.ts';
import { probeAnswer } from '../../../../main/cli/probe/probe-answer.ts';
import { stableNames } from '../../../../main/cli/probe/stable-names.ts';
import { configSchema } from '../../../../main/contracts/config.ts';
import { cryptoRandom } from '../../../../main/system/crypto-random.ts';
import { systemClock } from '../../../../main/system/system-clock.ts';
import { openPtyLine } from '../../../../simulators/lines/pty-line.ts';
import { SINGLE_DEVICES } from '../../../../simulators/single/single-devices.ts';

const folder = mkdtempSync(join(tmpdir(), 'qolma-probe-'));
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
  rmSync(folder, { recursive: true, force: true });
});

function portOf(name: string, protocol: string | null): string {
  const line = openPtyLine({ linkPath: join(folder, name) });
  closers.push(() => line.close());
  if (protocol !== null) {
    const simulator = SINGLE_DEVICES[protocol]!.create({ line, clock: systemClock(), random: cryptoRandom(), timeFactor: 0.05 });
    simulator.start();
    closers.push(() => simulator.stop());
  } else if (name === 'noise') {
    const timer = setInterval(() => line.write(cryptoRandom().bytes(9)), 30);
    closers.push(() => clearInterval(timer));
  }
  return line.path;
}

describe('qolma devices probe', () => {
  it('names acceptor, dispenser and printer on pseudo-terminals, beside noise and silence, with the lines of a configuration', async () => {
    const ports = [portOf('a', 'ccnet'), portOf('b', 'puloon-lcdm'), portOf('c', 'epson-tm'), portOf('noise', null), portOf('silence', null), join(folder, 'nothing')];
    const { json, text, exitCode } = await probeAnswer({ ports, protocols: ['ccnet', 'puloon-lcdm', 'epson-tm'] });
    expect(exitCode).toBe(0);
    const answer = json as unknown as { readonly ports: readonly { readonly state: string; readonly device?: { readonly protocol: string; readonly serialNumber: string | null } }[]; readonly devices: Readonly<Record<string, object>>; readonly toAdd: readonly string[] };
    expect(answer.ports.map(({ state, device }) => device?.protocol ?? state)).toEqual(['ccnet', 'puloon-lcdm', 'epson-tm', 'strange', 'silent', 'unavailable']);
    expect(answer.ports[0]?.device?.serialNumber).toMatch(/\w/);
    expect(text).toContain('"acceptor": {"protocol":"ccnet"');
    // As printed, with what it says is to be added: a configuration reads it.
    expect(answer.toAdd).toHaveLength(1);
    const dispenser = { ...answer.devices['dispenser'], cassettes: [{ cassetteNumber: 1, denominationMinor: 500_000 }] };
    expect(configSchema.shape.devices.safeParse({ ...answer.devices, dispenser }).success).toBe(true);
  }, 60_000);

  it('refuses a protocol that there is not', async () => {
    expect(await probeAnswer({ ports: ['/dev/null'], protocols: ['ccnett'] })).toMatchObject({ exitCode: 1, json: { problem: { code: 'UNKNOWN_PROTOCOL' } } });
  });
});

describe('names that stay', () => {
  it('takes the site’s name before the socket’s, and none of another port', () => {
    const own = mkdtempSync(join(tmpdir(), 'qolma-names-'));
    for (const port of ['ttyUSB0', 'ttyUSB1']) writeFileSync(join(own, port), '');
    const folders = ['site', 'by-path', 'missing'].map((name) => join(own, name));
    const links = mkdtempSync(join(own, 'links-'));
    symlinkSync(join(own, 'ttyUSB0'), join(links, 'acceptor'));
    symlinkSync(join(own, 'ttyUSB1'), join(links, 'dispenser'));
    symlinkSync(join(own, 'gone'), join(links, 'gone'));
    expect(stableNames(join(own, 'ttyUSB0'), [links, ...folders])).toEqual([join(links, 'acceptor')]);
    expect(stableNames(join(own, 'ttyUSB2'), [links])).toEqual([]);
    rmSync(own, { recursive: true });
  });
});

describe('lines of the configuration', () => {
  it('gives each part once and the rest names of their own', () => {
    const line = { kind: 'serial', path: '/dev/x', baudRateBps: 9600, parity: 'none', dataBits: 8, stopBits: 1 } as const;
    const section = devicesSection([
      { protocol: 'ccnet', deviceClass: 'cashAcceptor', line }, { protocol: 'id003', deviceClass: 'cashAcceptor', line }, { protocol: 'magtek-hid', deviceClass: 'cardReader', line: { kind: 'usb', vendorId: 0x0801, productId: 2 } },
      { protocol: 'osmp-watchdog', deviceClass: 'watchdog', line },
    ]);
    expect(Object.entries(section.parts).map(([part, { protocol }]) => `${part} ${protocol}`)).toEqual(['acceptor ccnet', 'swipeReader magtek-hid']);
    expect(section.others.map(({ deviceId }) => deviceId)).toEqual(['id003-1', 'osmp-watchdog-1']);
    expect(section.toAdd).toEqual([]);
  });
});
