import type { LineSettings, ProbedIdentity, SerialProbe } from '../../../drivers/interfaces/probe.ts';
import type { ProtocolRow } from '../../../drivers/interfaces/protocol-row.ts';
import type { Transport } from '../../../drivers/transport/transport.ts';
import type { Clock } from '../../foundation/clock.ts';
import { delay } from '../../foundation/clock.ts';
import { silentLog } from '../../foundation/log.ts';
import type { Random } from '../../foundation/random.ts';
import { WatchedLine } from './watched-line.ts';

/** What talks without being asked is heard before anything is asked. */
const LISTEN_MS = 300;

export interface Candidate {
  readonly row: ProtocolRow;
  readonly probe: SerialProbe;
  readonly settings: LineSettings;
}

export interface FoundDevice extends ProbedIdentity {
  readonly protocol: string;
  readonly deviceClass: ProtocolRow['deviceClass'];
  readonly settings: LineSettings;
}

export type PortReport = { readonly port: string; readonly heardByteCount: number } & (
  | { readonly state: 'found'; readonly device: FoundDevice }
  /** silent: nothing was heard. strange: something talks, in none of the protocols that were asked. */
  | { readonly state: 'silent' | 'strange' }
  | { readonly state: 'unavailable'; readonly detail: string }
);

export interface PortToProbe {
  readonly port: string;
  readonly lineWith: (settings: LineSettings) => Transport;
}

/**
 * Printers first: what is said to others would be printed by them. Among them the usual speed of all before the next speed, and who answers
 * like many last.
 */
export async function candidatesOf(rows: readonly ProtocolRow[]): Promise<readonly Candidate[]> {
  const found: { readonly candidate: Candidate; readonly rank: number }[] = [];
  for (const row of rows) {
    const probe = await row.probe?.();
    if (probe?.kind !== 'serial') continue;
    probe.settings.forEach((settings, index) => found.push({ candidate: { row, probe, settings }, rank: (row.deviceClass === 'printer' ? 0 : 100) + index * 2 + (probe.isGeneric === true ? 1 : 0) }));
  }
  return found.sort((a, b) => a.rank - b.rank).map(({ candidate }) => candidate);
}

/** Asks one port in each protocol who is there, and stops at the first that answers: whoever is known hears no other protocol. Nothing moves. */
export async function probePort(port: PortToProbe, candidates: readonly Candidate[], { clock, random }: { readonly clock: Clock; readonly random: Random }): Promise<PortReport> {
  const settings = candidates[0]?.settings;
  if (settings === undefined) return { port: port.port, state: 'silent', heardByteCount: 0 };
  const listening = new WatchedLine(port.lineWith(settings), clock);
  const opened = await listening.open();
  if (!opened.ok) return { port: port.port, state: 'unavailable', detail: opened.error.detail, heardByteCount: 0 };
  await delay(clock, LISTEN_MS);
  await listening.close();
  let heardByteCount = listening.heardByteCount;
  const isNoisy = heardByteCount > 0;
  for (const candidate of candidates) {
    if (isNoisy && !candidate.probe.isChecked) continue;
    const ask = async () => {
      const transport = new WatchedLine(port.lineWith(candidate.settings), clock);
      const identity = await candidate.probe.identify({ transport, clock, random, log: silentLog });
      heardByteCount += transport.heardByteCount;
      return identity;
    };
    const identity = await ask();
    // Where something talks anyway, one answer may be chance.
    if (identity === null || (isNoisy && JSON.stringify(await ask()) !== JSON.stringify(identity))) continue;
    return { port: port.port, state: 'found', heardByteCount, device: { protocol: candidate.row.protocol, deviceClass: candidate.row.deviceClass, ...identity, settings: candidate.settings } };
  }
  return { port: port.port, state: heardByteCount > 0 ? 'strange' : 'silent', heardByteCount };
}
