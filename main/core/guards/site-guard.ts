import type { PowerReading } from '../../../drivers/interfaces/power-supply.ts';
import type { SwitchName } from '../../../drivers/interfaces/switches.ts';
import type { Log } from '../../foundation/log.ts';
import type { EntryDraft, Journal, JournalBatch, MessageDraft } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { TerminalDevices } from '../core-parts.ts';
import type { Troubles } from './troubles.ts';

/** Why the place where the terminal stands lets nobody be served. */
export type SiteHindrance = 'security' | 'power' | 'door';

/** When somebody tampered, until a technician has looked; empty: nobody did. */
const TAMPER_FACT = 'site.tamperedAt';
/** Seen before the journal was open, or while it could not be written. */
const UNWRITTEN_MAX = 20;

interface SiteOptions {
  readonly devices: Pick<TerminalDevices, 'powerSupply' | 'switches'>;
  readonly log: Log;
  readonly troubles: Troubles;
  /** Something of what `hindrance` and `isBatteryLow` say changed. */
  readonly onChange: () => void;
}

/**
 * Mains, doors and the tamper contact: each change in the journal, each a trouble that service mode and the key holder read, and why nobody new is served meanwhile.
 *
 * - On battery, or on mains with a battery that could not carry an orderly end: nobody new. Nearly empty on battery: `isBatteryLow`, and the terminal closes (`power-close.ts`).
 *   A UPS that is silent tells nothing: what it said last holds.
 * - A door that is open: nobody new, until it is closed.
 * - Tamper: at once and over restarts, until a technician clears it with the contact at rest. [ux.md availability, R-8.29]
 *
 * What the journal did not take is written once it takes again, the message to the bank with it; what holds is held in memory meanwhile.
 */
export class SiteGuard {
  readonly #options: SiteOptions;
  #journal: Journal | null = null;
  #draftAlarm: (() => MessageDraft) | null = null;
  readonly #unwritten: EntryDraft[] = [];
  #isAlarmDue = false;
  readonly #isOn = new Map<SwitchName, boolean>();
  #isOnBattery = false;
  #isLow = false;
  #isClosing = false;
  #isTampered = false;

  constructor(options: SiteOptions) {
    this.#options = options;
    const { powerSupply, switches } = options.devices;
    powerSupply?.onChange((reading) => this.#onPower(reading));
    switches?.onChange(({ name, on }) => this.#onSwitch(name, on));
  }

  /**
   * From here on the journal is there; what was seen before is written first.
   * @param draftAlarm  message to the bank that somebody tampered
   */
  join(journal: Journal, draftAlarm: () => MessageDraft): void {
    this.#journal = journal;
    this.#draftAlarm = draftAlarm;
    this.#isTampered ||= (journal.fact(TAMPER_FACT) ?? '') !== '';
    this.writeRest();
    this.lookAgain();
  }

  /** The gravest first. */
  hindrance(): SiteHindrance | null {
    if (this.#isTampered) return 'security';
    if (this.#isOnBattery || this.#isLow || this.#isClosing) return 'power';
    return this.#isOn.get('safeDoor') === true || this.#isOn.get('cabinetDoor') === true ? 'door' : null;
  }

  /** Nothing that moves cash may begin, not even for the customer who is there. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  get isBatteryLow(): boolean {
    return this.#isOnBattery && this.#isLow;
  }

  /** From now on the terminal closes, whatever mains do meanwhile: the next process begins anew. */
  beginClosing(): void {
    this.#isClosing = true;
    this.#options.onChange();
  }

  /** A technician has looked. @returns false: the contact still sees it, or there was nothing */
  clearTamper(login: string): boolean {
    if (!this.#isTampered || this.#isOn.get('tamper') === true || !this.writeRest()) return false;
    if (!this.#commit({ entries: [entry('security.cleared', { cause: 'tamper', by: login })], facts: { [TAMPER_FACT]: '' } })) return false;
    this.#isTampered = false;
    this.#changed();
    return true;
  }

  /** Entries, memory over restarts and the message to the bank in one transaction. @returns false: the journal still does not take it */
  writeRest(): boolean {
    if (this.#unwritten.length === 0 && !this.#isAlarmDue) return true;
    const message = this.#isAlarmDue ? this.#draftAlarm?.() : undefined;
    const alarm = this.#isAlarmDue ? { facts: { [TAMPER_FACT]: 'seen' }, ...(message === undefined ? {} : { messages: [message] }) } : {};
    if (!this.#commit({ entries: [...this.#unwritten, ...(this.#isAlarmDue ? [entry('security.raised', { cause: 'tamper' })] : [])], ...alarm })) return false;
    this.#unwritten.length = 0;
    this.#isAlarmDue = false;
    return true;
  }

  /** The figures in the troubles' details go with the time. */
  lookAgain(): void {
    const { troubles, devices } = this.#options;
    const reading = devices.powerSupply?.reading();
    const isPowerWrong = this.#isOnBattery || this.#isLow || this.#isClosing;
    troubles.set('power', isPowerWrong ? { code: this.#isLow || this.#isClosing ? 'SIU_BATTERY_LOW' : 'SIU_ON_BATTERY', detail: reading === undefined ? '' : powerText(reading) } : null);
    const open = (['safeDoor', 'cabinetDoor'] as const).filter((name) => this.#isOn.get(name) === true);
    troubles.set('door', open.length === 0 ? null : { code: 'SIU_DOOR_OPEN', detail: open.map((name) => DOOR_TEXT[name]).join(', ') });
    troubles.set('tamper', this.#isTampered ? { code: 'SIU_TAMPERED', detail: this.#isOn.get('tamper') === true ? 'the contact sees it now' : 'the contact is at rest' } : null);
  }

  #onPower(reading: PowerReading): void {
    if (reading.source === 'mains' || reading.source === 'battery') {
      this.#isOnBattery = reading.source === 'battery';
      this.#isLow = reading.isBatteryLow;
    }
    this.#write(entry('power.changed', { source: reading.source, isBatteryLow: reading.isBatteryLow, chargePercent: wholeOrNull(reading.chargePercent), runtimeS: wholeOrNull(reading.runtimeS) }));
    this.#changed();
  }

  #onSwitch(name: SwitchName, on: boolean): void {
    this.#isOn.set(name, on);
    if (name === 'safeDoor' || name === 'cabinetDoor') this.#write(entry(on ? 'door.opened' : 'door.closed', { door: DOOR_TEXT[name] }));
    else if (name === 'tamper' && on) {
      this.#isTampered = true;
      this.#options.log.error('siu.tamper.seen', { code: 'SIU_TAMPERED' });
      this.#isAlarmDue = true;
      this.writeRest();
    }
    this.#changed();
  }

  #changed(): void {
    this.lookAgain();
    this.#options.onChange();
  }

  #write(draft: EntryDraft): void {
    if (this.#unwritten.length < UNWRITTEN_MAX) this.#unwritten.push(draft);
    this.writeRest();
  }

  /** A journal that cannot be written keeps nobody from being told: what holds is held in memory as well. */
  #commit(batch: JournalBatch): boolean {
    const written = this.#journal?.commit(batch);
    if (written?.ok === false) this.#options.log.error('jnl.site.unrecorded', { code: written.error.code });
    return written?.ok === true;
  }
}

const DOOR_TEXT = { safeDoor: 'safe', cabinetDoor: 'cabinet' } as const;

function powerText({ source, chargePercent, runtimeS }: PowerReading): string {
  const parts = [source === 'mains' ? 'on mains' : source === 'battery' ? 'on battery' : 'the UPS does not answer', ...(chargePercent === null ? [] : [`${Math.round(chargePercent)} %`]), ...(runtimeS === null ? [] : [`${Math.floor(runtimeS / 60)} min left`])];
  return parts.join(', ');
}

function wholeOrNull(figure: number | null): number | null {
  return figure === null ? null : Math.round(figure);
}
