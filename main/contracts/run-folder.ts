/**
 * Where the processes of one terminal meet. The run folder (mode 0700) holds sockets, the token of this start, pseudo-terminal links and, for
 * development, the samples' keys; the data folder holds the journal. Both paths come from the command line or the configuration.
 */
export const RUN_FILES = {
  /** Whose this folder is: locked (`core.claim.lock`) as long as a core lives. */
  coreClaim: 'core.claim',
  coreSocket: 'core.sock',
  coreToken: 'core.token',
  /** What the core does, JSON lines, read only. */
  coreTimeline: 'timeline.sock',
  /** How the devices stand (`device-report.ts`), while a core runs. */
  deviceStatus: 'devices.status.json',
  /** Control of the device simulators; targets are device ids. */
  devicesControl: 'devices.sock',
  /** Control of the simulated bank; target `bank`. */
  bankControl: 'bank.sock',
  /** JSON `{ port }` of the simulated bank's HTTPS address on loopback. */
  bankAddress: 'bank.address.json',
  /** JSON `{ port }` of the simulated UPS server on loopback. */
  upsAddress: 'ups.address.json',
  /** JSON `{ url }` of the workbench page. */
  workbenchAddress: 'workbench.address.json',
  /** Folder with the sample PKI: ca.pem, host.pem, host.key, terminal.pem, terminal.key, host-sign.pem, host-sign.key, terminal-sign.pem, terminal-sign.key, host-encrypt.pem, host-encrypt.key. */
  pki: 'pki',
  /** Folder with one link per serial device: ttys/<deviceId>; HID devices: hid/<deviceId>.sock */
  ttys: 'ttys',
  hid: 'hid',
} as const;

/** Device ids of the sample terminal 0427. */
export const SAMPLE_DEVICES = { acceptor: 'acceptor', dispenser: 'dispenser', printer: 'printer', cardReader: 'card-reader', swipeReader: 'swipe-reader', scanner: 'scanner', switches: 'switches', powerSupply: 'power-supply', watchdog: 'watchdog', coinAcceptor: 'coin-acceptor', coinDispenser: 'coin-dispenser' } as const;
