import type { Device, Unsubscribe } from './device.ts';
import type { Lights } from './lights.ts';

/** XFS4IoT Auxiliaries, the switches: service key, doors, tamper, plug in the headphone jack. */
export const SWITCHES = ['operatorKey', 'safeDoor', 'cabinetDoor', 'tamper', 'headphones'] as const;
export type SwitchName = (typeof SWITCHES)[number];

export interface Switches extends Device {
  /** null: not known (yet), or the board has no such contact. */
  position(name: SwitchName): boolean | null;
  /** `on`: key turned to service, door open, tamper seen, headphones plugged in. */
  onChange(listener: (change: { readonly name: SwitchName; readonly on: boolean }) => void): Unsubscribe;
  /** Lamps on the same board; absent: it drives none. */
  readonly lights?: Lights;
}
