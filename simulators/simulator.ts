import type { Clock } from '../main/foundation/clock.ts';
import type { Random } from '../main/foundation/random.ts';
import type { Result } from '../main/foundation/outcome.ts';

/** The device's end of a line: a pseudo-terminal's master, a socket, or memory. */
export interface SimulatorLine {
  write(bytes: Uint8Array): void;
  onData(listener: (chunk: Uint8Array) => void): void;
  /** Pulls the cable: the other side sees its port close. */
  unplug(): void;
  /** Puts it back, under the same path. */
  plug(): void;
}

export interface SimulatorEnvironment {
  readonly line: SimulatorLine;
  readonly clock: Clock;
  readonly random: Random;
  /** 1 = the real device's times; 0.1 = ten times faster; scenarios and virtual worlds choose. */
  readonly timeFactor: number;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface ControlError {
  readonly code: 'unknownCommand' | 'invalid' | 'notNow';
  readonly detail: string;
}

/** One thing that happened to the physical device, for the time-line: a note moved, a fault fired, a door opened. Never a card number or code in clear. */
export interface SimulatorEvent {
  readonly event: string;
  readonly fields: { readonly [key: string]: Json };
}

/** A frame of the terminal as the manual has it, taken out of what differs from frame to frame though it says the same: encryption, numbers. */
export interface OpenedFrame {
  readonly words: string;
  /** Heard now, the device would do nothing and forget nothing: a question that finds no event waiting. */
  readonly changesNothing: boolean;
}

/**
 * A device on the wire. It knows nothing of the driver; it keeps its own truth about where each note is, and that truth is what
 * checkers compare with the journal.
 */
export interface DeviceSimulator {
  readonly protocol: string;
  /**
   * One command of the hand or of the fault board, as a JSON object with `do` (e.g. `{ do: 'insertNote', denominationMinor: 1000000 }`,
   * `{ do: 'fault', at: 'afterStack', fault: 'powerCut', times: 1 }`). The commands are listed in the simulator's README.
   */
  control(command: unknown): Result<Json, ControlError>;
  /** The physical truth, for `world.json` and the workbench. */
  world(): Json;
  /** Fault moments and faults this device offers, for the workbench's fault board. */
  faultBoard(): readonly { readonly fault: string; readonly at: readonly string[]; readonly label: string }[];
  onEvent(listener: (event: SimulatorEvent) => void): void;
  /** What a frame says that the device is about to hear; the device stays as it is. null: it cannot be read. Only of lines on which no two frames are alike. */
  opened?(frame: Uint8Array): OpenedFrame | null;
  start(): void;
  stop(): void;
}

export type CreateSimulator<Options> = (environment: SimulatorEnvironment, options: Options) => DeviceSimulator;
