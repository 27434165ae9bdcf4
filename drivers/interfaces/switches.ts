import type { Device, Unsubscribe } from './device.ts';

/** XFS4IoT Auxiliaries, the switches: service key, doors, tamper. */
export const SWITCHES = ['operatorKey', 'safeDoor', 'cabinetDoor', 'tamper'] as const;
export type SwitchName = (typeof SWITCHES)[number];

export interface Switches extends Device {
  /** null: not known (yet). */
  position(name: SwitchName): boolean | null;
  /** `on`: key turned to service, door open, tamper seen. */
  onChange(listener: (change: { readonly name: SwitchName; readonly on: boolean }) => void): Unsubscribe;
}
