import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, DeviceSimulator, Json, SimulatorEnvironment, SimulatorEvent } from '../../simulator.ts';
import { Electronics } from './electronics.ts';
import { FaultList, faultBoard } from './faults.ts';
import { Hands, controlSchema } from './hands.ts';
import { Mechanism } from './mechanism.ts';
import { PLACES, ValidatorModel } from './model.ts';
import type { CcnetSimulatorOptions } from './settings.ts';
import { settingsOf } from './settings.ts';

/** A CCNET bill validator at the device's end of a line. */
export const createCcnetSimulator: CreateSimulator<CcnetSimulatorOptions> = (environment, options) => new CcnetSimulator(environment, options);

class CcnetSimulator implements DeviceSimulator {
  readonly protocol = 'ccnet';
  readonly #model: ValidatorModel;
  readonly #faults = new FaultList();
  readonly #mechanism: Mechanism;
  readonly #hands: Hands;
  readonly #electronics: Electronics;
  #listener: (event: SimulatorEvent) => void = () => {};

  constructor(environment: SimulatorEnvironment, options: CcnetSimulatorOptions) {
    const settings = settingsOf(options);
    this.#model = new ValidatorModel(settings.boxCapacity);
    const parts = { environment, settings, model: this.#model, faults: this.#faults, tell: (event: string, fields: { readonly [key: string]: Json }) => this.#listener({ event, fields }) };
    this.#mechanism = new Mechanism({ ...parts, onPowerOff: () => this.#electronics.losePower() });
    this.#hands = new Hands({ ...parts, mechanism: this.#mechanism });
    this.#electronics = new Electronics({ ...parts, mechanism: this.#mechanism });
    environment.line.onData((chunk) => this.#electronics.hear(chunk));
  }

  start(): void {
    this.#electronics.start();
  }

  stop(): void {
    this.#mechanism.halt();
    this.#electronics.stop();
  }

  onEvent(listener: (event: SimulatorEvent) => void): void {
    this.#listener = listener;
  }

  faultBoard() {
    return faultBoard();
  }

  world(): Json {
    const model = this.#model;
    return {
      protocol: this.protocol,
      phase: model.phase,
      condition: model.condition?.what ?? null,
      isBoxIn: model.isBoxIn,
      enableMask: model.enableMask,
      untoldEvent: model.latch?.event ?? null,
      faultsWaiting: this.#faults.waiting.map(({ fault, at, times }) => ({ fault, at, times })),
      places: Object.fromEntries(
        PLACES.map((place) => {
          const notes = model.notesIn(place);
          return [place, { noteCount: notes.length, sumMinor: notes.reduce((sum, note) => sum + note.denominationMinor, 0), serials: notes.map((note) => note.serial) }];
        }),
      ),
      notes: model.notes.map(({ serial, denominationMinor, kind, place }) => ({ serial, denominationMinor, kind, place })),
    };
  }

  control(command: unknown): Result<Json, ControlError> {
    const parsed = controlSchema.safeParse(command);
    if (parsed.success) return this.#hands.obey(parsed.data);
    const isKnown = controlSchema.options.some((option) => option.shape.do.value === (command as { do?: unknown } | null)?.do);
    return err({ code: isKnown ? 'invalid' : 'unknownCommand', detail: z.prettifyError(parsed.error) });
  }
}
