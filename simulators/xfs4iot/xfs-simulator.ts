import type { FaultTable } from '../parts/fault-board.ts';
import type { SimulatedDeviceOptions } from '../parts/simulated-device.ts';
import { SimulatedDevice } from '../parts/simulated-device.ts';
import type { OpenedFrame } from '../simulator.ts';
import type { Command } from './wire.ts';
import { buildMessage, readCommand } from './wire.ts';

/** Faults of every service; a device adds its own. */
export const SERVICE_FAULTS = {
  silence: { at: ['command'], label: 'The command is not heard' },
  completionLost: { at: ['completion'], label: 'The completion is lost' },
  connectionLost: { at: ['completion'], label: 'The connection breaks before the completion' },
  garbage: { at: ['completion'], label: 'Text that is no message comes before the completion' },
  hardwareError: { at: ['command'], label: 'The command ends with hardwareError, nothing done' },
  otherVersions: { at: ['capabilities'], label: 'The service lists its own commands in version 1.0 only' },
} as const satisfies FaultTable;

/** The same for a service with orders that its tests tell apart: a moment is also the name of a command. */
export function serviceFaultsOf<const Name extends string>(names: readonly Name[]) {
  const { silence, completionLost, connectionLost, hardwareError } = SERVICE_FAULTS;
  const orAt = <Moment extends string>({ at, label }: { readonly at: readonly Moment[]; readonly label: string }) => ({ at: [...at, ...names] as const, label });
  return { ...SERVICE_FAULTS, silence: orAt(silence), completionLost: orAt(completionLost), connectionLost: orAt(connectionLost), hardwareError: orAt(hardwareError) };
}

export interface Answer {
  /** `success` when left out. */
  readonly completionCode?: string;
  readonly payload?: object;
}

export const failed = (errorCode: string): Answer => ({ completionCode: 'commandErrorCode', payload: { errorCode } });

/** Why a command ends early: Common.Cancel, or its own time. */
export type EarlyEnd = 'canceled' | 'timeOut';
/** What a command does: answers once through `respond`; the returned function ends it early, where it can be ended. */
export type Handler = (payload: Readonly<Record<string, unknown>>, respond: (answer: Answer) => void, event: (name: string, payload?: object) => void) => ((why: EarlyEnd) => void) | void;

interface Queued {
  readonly command: Command;
  isStarted: boolean;
  isEnded: boolean;
  /** Whoever gave it is gone: his connection was, and another client has begun. */
  isUnheard: boolean;
  cancel: ((why: EarlyEnd) => void) | undefined;
}

/** They move and change nothing. */
const QUESTIONS: readonly string[] = ['Common.Status', 'Storage.GetStorage', 'CashManagement.GetBankNoteTypes', 'CashAcceptor.GetCashInStatus', 'CashDispenser.GetPresentStatus', 'KeyManagement.GetKeyDetail'];
/** Run at once, beside what is queued. [xfs4iot §1.4] */
const AT_ONCE: readonly string[] = [...QUESTIONS, 'Common.Cancel', 'Common.Capabilities', 'Common.SetVersions', 'Common.GetCommandNonce', 'Common.ClearCommandNonce'];
/** Versions that differ from 2.0. [xfs4iot §2 to §7] */
const VERSIONS: Readonly<Record<string, readonly string[]>> = { 'CashDispenser.Dispense': ['2.0', '3.0'], 'Lights.SetLight': ['3.0'], 'Printer.PrintForm': ['3.0'], 'Printer.ControlMedia': ['3.0'], 'Printer.RetractMedia': ['3.0'], 'KeyManagement.ImportKey': ['3.0'], 'Storage.SetStorage': ['2.1'] };
const QUEUE_MAX = 8;

type ServiceFaults = { readonly [Fault in keyof typeof SERVICE_FAULTS]: FaultTable[string] };

/** A service of one device: acknowledges, queues, completes; the device says what commands do. */
export abstract class XfsSimulator<Faults extends ServiceFaults & FaultTable, Hand> extends SimulatedDevice<Faults, Hand> {
  readonly #queue: Queued[] = [];

  protected constructor(options: SimulatedDeviceOptions<Faults, Hand>) {
    super(options);
  }

  /** By interface, then command name. */
  protected abstract handlers(): Readonly<Record<string, Handler>>;
  /** Members of Common.Status and Common.Capabilities besides `common`. */
  protected abstract status(): object;
  protected capabilities(): object {
    return {};
  }
  protected commonCapabilities(): object {
    return {};
  }

  opened(frame: Uint8Array): OpenedFrame | null {
    const command = readCommand(frame);
    return command === null ? null : { words: `${command.name} ${JSON.stringify(command.payload)}`, changesNothing: QUESTIONS.includes(command.name) };
  }

  protected override hear(chunk: Uint8Array): void {
    const command = readCommand(chunk);
    if (command === null) return;
    if (this.#struckAt('silence', 'command', command.name)) return;
    const acknowledge = (status?: string) => this.write(buildMessage({ type: 'acknowledge', name: command.name, requestId: command.requestId, version: command.version, ...(status === undefined ? {} : { status }) }));
    // Numbers are those of one connection; the first words of a client tell that it is another one.
    if (command.name === 'Common.Capabilities') this.#beginConnection();
    if (this.#queue.some((queued) => !queued.isUnheard && queued.command.requestId === command.requestId)) return acknowledge('invalidRequestID');
    if (this.#queue.length >= QUEUE_MAX) return acknowledge('tooManyRequests');
    acknowledge();
    const queued: Queued = { command, isStarted: false, isEnded: false, isUnheard: false, cancel: undefined };
    this.#queue.push(queued);
    // Waiting in the queue counts. [xfs4iot §1.6]
    if (command.timeoutMs > 0) {
      this.afterProtocolMs(command.timeoutMs, () => {
        if (this.#queue.includes(queued)) this.#cancel(queued, 'timeOut');
      });
    }
    this.#startNext();
  }

  protected override onPowerOff(): void {
    this.#queue.splice(0);
  }

  /** To every client. */
  protected announce(name: string, payload: object): void {
    this.write(buildMessage({ type: 'unsolicited', name, version: '2.0' }, payload));
  }

  protected statusChanged(): void {
    this.announce('Common.StatusChangedEvent', this.status());
  }

  /** The names of the service's own faults are in every table that extends them. */
  protected struckService(fault: keyof ServiceFaults & string, at: string): boolean {
    return this.struck(fault as Parameters<typeof this.struck>[0], at);
  }

  /** At any command, or at this one. */
  #struckAt(fault: keyof ServiceFaults & string, moment: string, name: string): boolean {
    return this.struckService(fault, moment) || this.struckService(fault, name);
  }

  #startNext(): void {
    const isBusy = this.#queue.some((queued) => queued.isStarted && !AT_ONCE.includes(queued.command.name));
    for (const queued of [...this.#queue]) {
      if (queued.isStarted) continue;
      if (AT_ONCE.includes(queued.command.name)) this.#start(queued);
      else if (!isBusy) return this.#start(queued);
    }
  }

  #start(queued: Queued): void {
    queued.isStarted = true;
    const { name, version, requestId, payload } = queued.command;
    const respond = (answer: Answer) => {
      if (queued.isEnded || !this.#queue.includes(queued)) return;
      queued.isEnded = true;
      this.#queue.splice(this.#queue.indexOf(queued), 1);
      this.#complete(queued, answer);
      this.#startNext();
    };
    const handler = { ...this.#common(), ...this.handlers() }[name];
    if (handler === undefined || !(VERSIONS[name] ?? ['2.0']).includes(version)) return respond({ completionCode: 'unsupportedCommand' });
    if (!AT_ONCE.includes(name) && this.#struckAt('hardwareError', 'command', name)) return respond({ completionCode: 'hardwareError' });
    const event = (eventName: string, eventPayload: object = {}) => {
      if (!queued.isEnded && !queued.isUnheard) this.write(buildMessage({ type: 'event', name: eventName, requestId, version: '2.0' }, eventPayload));
    };
    queued.cancel = handler(payload, respond, event) ?? undefined;
  }

  #complete({ command: { name, requestId, version }, isUnheard }: Queued, { completionCode = 'success', payload }: Answer): void {
    if (isUnheard) return;
    const isQuestion = AT_ONCE.includes(name);
    if (!isQuestion && this.#struckAt('completionLost', 'completion', name)) return;
    if (!isQuestion && this.#struckAt('connectionLost', 'completion', name)) {
      this.unplug();
      this.afterProtocolMs(1_000, () => this.plug());
      return;
    }
    if (!isQuestion && this.struckService('garbage', 'completion')) this.write(Buffer.from('{"header":'));
    this.write(buildMessage({ type: 'completion', name, requestId, version, completionCode }, payload));
  }

  #common(): Readonly<Record<string, Handler>> {
    return {
      'Common.Capabilities': (_, respond) => respond({ payload: this.#describeService() }),
      'Common.Status': (_, respond) => respond({ payload: { common: { device: 'online' }, ...this.status() } }),
      'Common.SetVersions': (_, respond) => respond({}),
      'Common.Cancel': ({ requestIds }, respond) => {
        const wanted = this.#queue.filter((queued) => !queued.isEnded && queued.command.name !== 'Common.Cancel' && (!Array.isArray(requestIds) || requestIds.includes(queued.command.requestId)));
        respond(wanted.length > 0 ? {} : { completionCode: 'commandErrorCode', payload: { errorCode: 'noMatchingRequestIDs' } });
        for (const queued of wanted) this.#cancel(queued);
      },
    };
  }

  #describeService(): object {
    const names = [...Object.keys(this.#common()), ...Object.keys(this.handlers())];
    const isOther = this.struckService('otherVersions', 'capabilities');
    const versionsOf = (name: string) => (isOther && !name.startsWith('Common.') ? ['1.0'] : (VERSIONS[name] ?? ['2.0']));
    const interfaces = [...new Set(names.map((name) => name.split('.')[0]!))].map((name) => ({
      name, maximumRequests: QUEUE_MAX,
      commands: Object.fromEntries(names.filter((each) => each.startsWith(`${name}.`)).map((each) => [each, { versions: versionsOf(each) }])),
    }));
    const deviceInformation = [{ modelName: `Sim ${this.protocol}`, serialNumber: 'SIM0001', firmware: [{ firmwareName: 'sim', firmwareVersion: '1.0' }] }];
    return { interfaces, common: { serviceVersion: '1.0', deviceInformation, ...this.commonCapabilities() }, ...this.capabilities() };
  }

  /** What an earlier client left is cancelled; what cannot be cancelled goes on, and nobody hears of it. [xfs4iot §1.4] */
  #beginConnection(): void {
    for (const queued of this.#queue) queued.isUnheard = true;
    for (const queued of [...this.#queue]) this.#cancel(queued);
  }

  /** What has begun and cannot be ended goes on to its own completion. */
  #cancel(queued: Queued, why: EarlyEnd = 'canceled'): void {
    if (queued.isStarted) queued.cancel?.(why);
    else {
      this.#queue.splice(this.#queue.indexOf(queued), 1);
      this.#complete(queued, { completionCode: why });
    }
  }
}
