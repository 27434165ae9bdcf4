import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { Journal, JournalEntry } from '../../../main/journal/journal.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import type { DeviceSimulator, SimulatorEvent } from '../../simulator.ts';
import { batteryOf } from '../place-hands.ts';
import type { PlaceSurroundings } from '../place-surroundings.ts';
import type { Finding } from './findings.ts';

/** Why nobody new is served. `low`: on battery, and it is nearly empty. */
type Hindrance = 'key' | 'safe' | 'cabinet' | 'tamper' | 'mains' | 'low';
/** Board or server are found again within this. */
const FOUND_MS = 20_000;
/** Two polls of a line that is well. */
const SEEN_MS = 7_000;
/** From the word of it to what it means for the screen. */
const HEARD_MS = 1_000;
/** The customer's visit is ended, and the process. [power-close] */
const CLOSED_MS = 100_000;
const LOW_PERCENT = 20;
const PERCENT_MS = 12_000;

const KEEPS_FROM_MORE: readonly Hindrance[] = ['safe', 'cabinet', 'tamper', 'mains', 'low'];
const KEEPS_OUT: readonly Hindrance[] = ['key', ...KEEPS_FROM_MORE];
/** What may not begin, and while what stands. Who is being served when a key is turned or a door opened ends what he has begun. */
const FORBIDDEN: Readonly<Record<string, readonly Hindrance[]>> = {
  'session.started': KEEPS_OUT, 'operation.chosen': KEEPS_FROM_MORE, 'acceptor.enabled': ['low'], 'intent.dispense': ['low'],
};

/**
 * What happens at the place beside what the core begins meanwhile. A thing stands from the hand's act on, and counts from when a core that lives had time to see it on a line that was well; or
 * from when the journal has it. Tamper counts from then on over all lives of the core, until the journal says who cleared it.
 */
export class PlaceWatch {
  readonly findings: Finding[] = [];
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #place: PlaceSurroundings;
  readonly #standsSinceMs = new Map<Hindrance, number>();
  readonly #toldAtMs = new Map<Hindrance, number>();
  #chargeSetMs = 0;
  readonly #wellSinceMs = { switches: 0, powerSupply: 0 };
  #isTampered = false;

  constructor({ clock, place }: { readonly clock: Pick<Clock, 'monotonicMs'>; readonly place: PlaceSurroundings }) {
    this.#clock = clock;
    this.#place = place;
    place.switches.onEvent((event) => this.#onSwitch(event));
    place.powerSupply.onEvent((event) => this.#onPower(event));
  }

  /** A core begins to look; what an earlier one was told of, but tamper, it has yet to hear. @param restored  its journal, where that lost its end and knows only so much of it */
  coreStarted(restored: Pick<Journal, 'entries'> | null = null): void {
    if (restored !== null) this.#isTampered = restored.entries({ kinds: ['security.raised', 'security.cleared'], newestFirst: true, limit: 1 })[0]?.kind === 'security.raised';
    this.#wellSinceMs.switches = this.#wellSinceMs.powerSupply = this.#nowMs;
    this.#toldAtMs.clear();
    if (this.#isTampered) this.#toldAtMs.set('tamper', this.#nowMs);
  }

  /** Of one commit. @param isReadBack  it was written before what stands now, and is only found now */
  take(entries: readonly JournalEntry[], { isReadBack = false }: { readonly isReadBack?: boolean } = {}): void {
    for (const entry of entries) {
      if (!isReadBack) this.#judge(entry);
      this.#remember(entry, entries);
    }
  }

  #judge(entry: JournalEntry): void {
    const standing = (FORBIDDEN[entry.kind] ?? []).filter((hindrance) => this.#isKnown(hindrance));
    if (standing.length > 0) this.#find(`${entry.kind} while there stood ${standing.join(', ')}`);
    const lowAtMs = this.#toldAtMs.get('low');
    if (lowAtMs !== undefined && this.#nowMs - lowAtMs > CLOSED_MS) this.#find(`${entry.kind} ${this.#nowMs - lowAtMs} ms after the battery was nearly empty`);
  }

  #remember({ kind, data }: JournalEntry, together: readonly JournalEntry[]): void {
    if (kind === 'door.opened' || kind === 'door.closed') this.#told((data as EntryData<'door.opened'>).door as 'safe' | 'cabinet', kind === 'door.opened');
    // What was seen before the journal was open is written in one commit: its last word counts.
    if (kind === 'power.changed' && together.findLast((one) => one.kind === 'power.changed')?.data === data) this.#rememberPower(data as EntryData<'power.changed'>);
    if (kind === 'security.raised') {
      if (!together.some((one) => one.kind === 'message.staged' && (one.data as EntryData<'message.staged'>).operation === 'device.exception')) this.#find('somebody tampered, and the bank is not told');
      this.#isTampered = true;
      this.#told('tamper', true);
    }
    if (kind === 'security.cleared') {
      if (!this.#isTampered) this.#find('tamper was cleared, and the journal does not know of it');
      if (this.#hasBeenSeen('tamper')) this.#find('tamper was cleared while the contact saw it');
      this.#isTampered = false;
      this.#told('tamper', false);
    }
  }

  /** A UPS that is silent says nothing; once closing has begun only another core goes on. */
  #rememberPower({ source, isBatteryLow }: EntryData<'power.changed'>): void {
    if (source === 'mains') this.#told('mains', false);
    if (source !== 'battery') return;
    this.#told('mains', true);
    if (isBatteryLow && !this.#toldAtMs.has('low')) this.#told('low', true);
  }

  #isKnown(hindrance: Hindrance): boolean {
    const toldAtMs = this.#toldAtMs.get(hindrance);
    return (toldAtMs !== undefined && this.#nowMs - toldAtMs >= HEARD_MS) || this.#hasBeenSeen(hindrance);
  }

  /** It stands so long that a core must have seen it. */
  #hasBeenSeen(hindrance: Hindrance): boolean {
    const by = hindrance === 'mains' || hindrance === 'low' ? 'powerSupply' : 'switches';
    const sinceMs = hindrance === 'low' ? this.#lowSinceMs() : this.#standsSinceMs.get(hindrance);
    return sinceMs !== undefined && this.#nowMs - sinceMs >= SEEN_MS && this.#nowMs - this.#wellSinceMs[by] >= FOUND_MS && isWell(this.#place[by]);
  }

  /** By the battery itself. */
  #lowSinceMs(): number | undefined {
    const { hasMains, chargePercent } = batteryOf(this.#place);
    const mainsLostMs = this.#standsSinceMs.get('mains');
    if (hasMains || mainsLostMs === undefined || chargePercent >= LOW_PERCENT) return undefined;
    return Math.max(mainsLostMs, this.#chargeSetMs, this.#nowMs - (LOW_PERCENT - 1 - chargePercent) * PERCENT_MS);
  }

  #onSwitch({ event, fields }: SimulatorEvent): void {
    if (event === 'keyTurnedToService' || event === 'keyTurnedBack') return this.#stands('key', event === 'keyTurnedToService');
    if (event === 'doorOpened' || event === 'doorClosed') return this.#stands(fields['door'] as 'safe' | 'cabinet', event === 'doorOpened');
    if (event === 'tamperSeen' || event === 'tamperCleared') return this.#stands('tamper', event === 'tamperSeen');
    // Lamps are no trouble of the line; anything else is.
    if (event !== 'lampSet') this.#wellSinceMs.switches = this.#nowMs;
  }

  #onPower({ event, fields }: SimulatorEvent): void {
    if (event === 'mains') return this.#stands('mains', fields['on'] === false);
    if (event === 'setCharge') this.#chargeSetMs = this.#nowMs;
    else this.#wellSinceMs.powerSupply = this.#nowMs;
  }

  #stands(hindrance: Hindrance, isOn: boolean): void {
    if (isOn) this.#standsSinceMs.set(hindrance, this.#nowMs);
    else this.#standsSinceMs.delete(hindrance);
  }

  #told(hindrance: Hindrance, isOn: boolean): void {
    if (isOn) this.#toldAtMs.set(hindrance, this.#nowMs);
    else this.#toldAtMs.delete(hindrance);
  }

  get #nowMs(): number {
    return this.#clock.monotonicMs();
  }

  #find(detail: string): void {
    this.findings.push({ rule: 'place', detail: `${detail}, at ${this.#nowMs} ms` });
  }
}

/** It can be asked. */
function isWell(device: DeviceSimulator): boolean {
  const { isPowered, isPlugged, isLost = false } = device.world() as unknown as { readonly isPowered: boolean; readonly isPlugged: boolean; readonly isLost?: boolean };
  return isPowered && isPlugged && !isLost;
}
