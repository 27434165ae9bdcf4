/**
 * One catalogue of everything that can be wrong with the world. A code is `AREA_CAUSE` with XFS's areas
 * (CIM CDM IDC PTR BCR SIU BIO) and ours (HST JNL CFG LNK TRM), never reused, never renamed.
 */
export interface ErrorEntry {
  /** For engineers: what it means, and the source. */
  readonly means: string;
  /** Key in `renderer/text` of what a customer reads because of it, or null: no operation of today brings it before a customer. */
  readonly customer: string | null;
  /** What the technician does about it. */
  readonly operator: string;
  readonly effect: 'none' | 'cashInOff' | 'cashOutOff' | 'paperOff' | 'cardOff' | 'scannerOff' | 'hostOff' | 'outOfService';
  readonly retry: 'automatic' | 'afterReset' | 'never';
}

export const ERROR_CATALOGUE = {
  LNK_PORT_UNAVAILABLE: { means: 'The port cannot be opened', customer: null, operator: 'Check the cable, the port name in the configuration and the rights of the kiosk user', effect: 'none', retry: 'automatic' },
  LNK_LOST: { means: 'The device stopped answering or its port closed', customer: null, operator: 'Check power and cable of the device', effect: 'none', retry: 'automatic' },
  LNK_PROTOCOL: { means: 'The device answers, but not in the configured protocol', customer: null, operator: 'Compare protocol, address and line speed with the device', effect: 'none', retry: 'automatic' },
  CIM_JAMMED: { means: 'A note is jammed in the acceptor or its cash box [ccnet 43 44]', customer: 'reason.cashInFailed', operator: 'Open the acceptor, remove and count the note, close, reset', effect: 'cashInOff', retry: 'afterReset' },
  CIM_BOX_FULL: { means: 'The cash box is full [ccnet 41]', customer: 'reason.cashInFull', operator: 'Collect the cash box', effect: 'cashInOff', retry: 'afterReset' },
  CIM_BOX_REMOVED: { means: 'The cash box is out of position [ccnet 42]', customer: 'reason.cashInFailed', operator: 'Insert the cash box until it locks', effect: 'cashInOff', retry: 'automatic' },
  CIM_FAILURE: { means: 'The acceptor reports a failure of its own [ccnet 47]', customer: 'reason.cashInFailed', operator: 'Look up the failure code, clean or replace the part', effect: 'cashInOff', retry: 'afterReset' },
  CIM_CHEATED: { means: 'The acceptor saw an attempt to pull a note back [ccnet 45]', customer: null, operator: 'Inspect the acceptor mouth; compare counters', effect: 'none', retry: 'automatic' },
  CIM_STACK_UNCERTAIN: { means: 'A note was ordered into the box and the device never said where it went', customer: 'pending.noteUncertain', operator: 'Count the cash box and settle the suspense item', effect: 'cashInOff', retry: 'afterReset' },
  CIM_OFFLINE: { means: 'The acceptor does not answer', customer: 'reason.cashInFailed', operator: 'Check power and cable of the acceptor', effect: 'cashInOff', retry: 'automatic' },
  CDM_NOT_DISPENSABLE: { means: 'No exact mix with the notes loaded [XFS4IoT CashDispenser.Denominate notDispensable]', customer: 'out.impossible', operator: 'Load cassettes', effect: 'none', retry: 'never' },
  CDM_PICK_FAILURE: { means: 'The dispenser could not feed a note or rejected too many [lcdm 32 44]', customer: 'reason.cashOutFailed', operator: 'Fan the notes of the cassette, load again', effect: 'none', retry: 'afterReset' },
  CDM_CASSETTE_EMPTY: { means: 'Bill end of a cassette [lcdm 38 40]', customer: 'reason.cashOutEmpty', operator: 'Load the cassette', effect: 'none', retry: 'afterReset' },
  CDM_CASSETTE_MISSING: { means: 'A cassette is not recognised [lcdm 45 46]', customer: 'reason.cashOutFailed', operator: 'Insert the cassette until it locks', effect: 'none', retry: 'automatic' },
  CDM_REJECT_TRAY_MISSING: { means: 'The reject tray is not recognised [lcdm 3F]', customer: 'reason.cashOutFailed', operator: 'Insert the reject tray', effect: 'cashOutOff', retry: 'automatic' },
  CDM_JAMMED: { means: 'Notes are jammed in the path [lcdm 33 36 42 43 48 4C 4E 50]', customer: 'reason.cashOutFailed', operator: 'Open the transport, remove and count the notes, purge', effect: 'cashOutOff', retry: 'afterReset' },
  CDM_ITEMS_LEFT: { means: 'Items from an earlier dispense lie in the transport or exit slot [lcdm 35, EXIT sensor]', customer: 'reason.cashOutFailed', operator: 'Open the transport, remove and count the items, reset', effect: 'cashOutOff', retry: 'afterReset' },
  CDM_COUNT_MISMATCH: { means: 'The sensors of the dispenser disagree on the count [lcdm 34 3A 3C 3D 4B 4F]', customer: 'reason.cashOutFailed', operator: 'Count the cassettes and the reject tray, settle the suspense item', effect: 'cashOutOff', retry: 'afterReset' },
  CDM_FAILURE: { means: 'Motor, solenoid or sensor of the dispenser [lcdm 41 49 4A]', customer: 'reason.cashOutFailed', operator: 'Replace the part', effect: 'cashOutOff', retry: 'afterReset' },
  CDM_DISPENSE_UNCERTAIN: { means: 'A dispense was started and its result is unknown; the device has no last-status command [lcdm §8]', customer: 'pending.cashUncertain', operator: 'Count the cassettes and the reject tray, settle the suspense item, purge', effect: 'cashOutOff', retry: 'afterReset' },
  CDM_OFFLINE: { means: 'The dispenser does not answer', customer: 'reason.cashOutFailed', operator: 'Check power and cable of the dispenser', effect: 'cashOutOff', retry: 'automatic' },
  IDC_JAMMED: { means: 'A card is jammed [crt-571 e 10]', customer: null, operator: 'Remove the card, initialise the reader', effect: 'cardOff', retry: 'afterReset' },
  IDC_BIN_FULL: { means: 'The bin for captured cards is full [crt-571 A1]', customer: null, operator: 'Empty the bin, reset its counter', effect: 'cardOff', retry: 'afterReset' },
  IDC_UNREADABLE: { means: 'The card could not be read', customer: null, operator: 'Clean the reader when it happens often', effect: 'none', retry: 'automatic' },
  IDC_FAILURE: { means: 'Mechanism or electronics of the card reader', customer: null, operator: 'Replace the reader', effect: 'cardOff', retry: 'afterReset' },
  IDC_OFFLINE: { means: 'The card reader does not answer', customer: null, operator: 'Check power and cable of the card reader', effect: 'cardOff', retry: 'automatic' },
  PTR_PAPER_OUT: { means: 'No paper [escpos DLE EOT 4]', customer: 'paper.unavailable', operator: 'Load paper', effect: 'paperOff', retry: 'automatic' },
  PTR_COVER_OPEN: { means: 'The cover or head is open [escpos DLE EOT 2]', customer: 'paper.unavailable', operator: 'Close the cover', effect: 'paperOff', retry: 'automatic' },
  PTR_JAMMED: { means: 'Paper jam or cutter error [escpos DLE EOT 3]', customer: 'paper.unavailable', operator: 'Clear the paper path, reset', effect: 'paperOff', retry: 'afterReset' },
  PTR_FAILURE: { means: 'Unrecoverable error of the printer [escpos DLE EOT 3]', customer: 'paper.unavailable', operator: 'Replace the printer', effect: 'paperOff', retry: 'afterReset' },
  PTR_OFFLINE: { means: 'The printer does not answer', customer: 'paper.unavailable', operator: 'Check power and cable of the printer', effect: 'paperOff', retry: 'automatic' },
  PIN_KEYS_MISSING: { means: 'The PIN pad has lost its keys or never had any: tamper switch, battery, new pad [zt588 E1 E2]', customer: null, operator: 'Suspect tampering: compare seals, replace the pad, call the key custodians', effect: 'none', retry: 'automatic' },
  PIN_CLEAR_DIGIT: { means: 'The PIN pad told a digit unmasked during an entry: it is not what it should be', customer: null, operator: 'Take the pad out of service and keep it for examination', effect: 'none', retry: 'never' },
  PIN_AUTHENTICATION: { means: 'The PIN pad asks for an authentication, or has locked it [zt588 EC ED]', customer: null, operator: 'Call the key custodians', effect: 'none', retry: 'afterReset' },
  PIN_BATTERY_LOW: { means: 'The battery that keeps the keys of the PIN pad is low [zt588 E0]', customer: null, operator: 'Replace the pad before its keys are lost', effect: 'none', retry: 'afterReset' },
  PIN_FAILURE: { means: 'General error of the PIN pad [zt588 EF]', customer: null, operator: 'Replace the pad', effect: 'none', retry: 'afterReset' },
  PIN_OFFLINE: { means: 'The PIN pad does not answer', customer: null, operator: 'Check power and cable of the PIN pad', effect: 'none', retry: 'automatic' },
  BCR_OFFLINE: { means: 'The scanner does not answer', customer: null, operator: 'Check power and cable of the scanner', effect: 'scannerOff', retry: 'automatic' },
  SIU_OFFLINE: { means: 'An auxiliary device (watchdog, UPS) does not answer', customer: null, operator: 'Check power and cable of the device, or the service that speaks for it', effect: 'none', retry: 'automatic' },
  SIU_ON_BATTERY: { means: 'The UPS runs on its battery [NUT OB]', customer: null, operator: 'Restore mains; the battery lasts for the minutes shown', effect: 'none', retry: 'automatic' },
  SIU_BATTERY_LOW: { means: 'The battery of the UPS is nearly empty, or a shutdown is ordered [NUT LB FSD, runtime under 120 s]', customer: null, operator: 'Shut the terminal down, restore mains', effect: 'none', retry: 'automatic' },
  SIU_BATTERY_REPLACE: { means: 'The UPS asks for a new battery [NUT RB]', customer: null, operator: 'Replace the battery', effect: 'none', retry: 'automatic' },
  SIU_POWER_UNKNOWN: { means: 'The UPS service has had no data of the UPS for 30 s [NUT DATA-STALE]', customer: null, operator: 'Check the cable between UPS and computer, and the UPS driver', effect: 'none', retry: 'automatic' },
  BIO_OFFLINE: { means: 'The biometric capture service does not answer', customer: null, operator: 'Start the capture service; check its address in the configuration', effect: 'none', retry: 'automatic' },
  BIO_SENSOR_FAILURE: { means: 'The palm or face sensor is missing or dirty', customer: null, operator: 'Clean the sensor, check its cable', effect: 'none', retry: 'automatic' },
  HST_UNREACHABLE: { means: 'No connection to the bank host', customer: 'reason.noHost', operator: 'Check the network and the host address', effect: 'hostOff', retry: 'automatic' },
  HST_TIMED_OUT: { means: 'The host did not answer in time', customer: 'pending.noAnswer', operator: 'Ask the bank; look at the message queue', effect: 'none', retry: 'automatic' },
  HST_SIGNATURE_INVALID: { means: 'An answer carries no valid signature of the host', customer: 'pending.noAnswer', operator: 'Report to the bank at once: wrong key or an attack', effect: 'none', retry: 'never' },
  HST_MALFORMED: { means: 'An answer is not a valid document of the agreed schema', customer: 'pending.noAnswer', operator: 'Report to the bank with the message id', effect: 'none', retry: 'never' },
  HST_NOT_FOR_US: { means: 'An answer belongs to another terminal or another request', customer: 'pending.noAnswer', operator: 'Report to the bank at once', effect: 'none', retry: 'never' },
  HST_QUEUE_LIMIT: { means: 'Too many or too old unacknowledged messages, or too much cash in them [host-messages §5.1, limits.queue…]', customer: 'reason.noHost', operator: 'Look at the message queue; restore the link, ask the bank', effect: 'hostOff', retry: 'automatic' },
  JNL_UNWRITABLE: { means: 'The journal cannot be written for a reason that has no code of its own (locked, no memory, not a file)', customer: 'oos.reason.journal', operator: 'Look at the detail; nothing that moves money starts before', effect: 'outOfService', retry: 'automatic' },
  JNL_DISK_FULL: { means: 'The disk of the journal has less free space than must be kept free, or the reserve was given up [storage.freeBytesMin, storage.reserveBytes]', customer: 'oos.reason.journal', operator: 'Free space on the disk of the data folder: old logs, traces, updates. Never delete a file named journal', effect: 'outOfService', retry: 'automatic' },
  JNL_READ_ONLY: { means: 'The folder or the file of the journal cannot be written: rights, or a file system that was made read-only after an error', customer: 'oos.reason.journal', operator: 'Look at the system log: check the disk, repair the file system or give the kiosk user its rights, start the terminal again', effect: 'outOfService', retry: 'automatic' },
  JNL_DISK_FAILED: { means: 'The disk did not write, sync or read: what the system says of it is not believed any more, the core is started anew', customer: 'oos.reason.journal', operator: 'Check the cable and the health of the disk and replace it; what was committed is in the second copy too', effect: 'outOfService', retry: 'automatic' },
  JNL_HELD: { means: 'Another core writes this journal: the terminal was started twice', customer: null, operator: 'Find the other core (`qolma doctor`) and let only one of them be started', effect: 'none', retry: 'never' },
  JNL_NEWER: { means: 'The journal was written by newer software', customer: 'oos.reason.journal', operator: 'Install the newer software again; never go back behind a journal', effect: 'outOfService', retry: 'never' },
  JNL_MISSING: { means: 'The journal of a terminal that was already in service is gone', customer: 'oos.reason.journal', operator: 'Restore the journal from its second copy; never start empty', effect: 'outOfService', retry: 'automatic' },
  JNL_CORRUPT: { means: 'The journal file is not one, or its chain is broken', customer: 'oos.reason.journal', operator: 'Keep the file, restore from the second copy, `qolma journal verify`', effect: 'outOfService', retry: 'automatic' },
  JNL_PAGE_DAMAGED: { means: 'A page of the journal file cannot be read: found at the start or in the middle of a day, and remembered beside the file', customer: 'oos.reason.journal', operator: 'Keep a copy of the file, replace the disk, then `qolma journal rebuild` where the chain is whole, else restore from the second copy', effect: 'outOfService', retry: 'automatic' },
  JNL_FOREIGN: { means: 'The journal belongs to another terminal, or is not the one that was in service here', customer: 'oos.reason.journal', operator: 'Put the journal of this terminal back; compare the terminal number in the configuration', effect: 'outOfService', retry: 'automatic' },
  JNL_KEY_MISSING: { means: 'The journal is sealed with a data key that is not in the key file, or a key file of the configuration cannot be read', customer: 'oos.reason.journal', operator: 'Put the key file of this terminal back (backup of journal.keys, mode 0600); a new file does not open the old journal', effect: 'outOfService', retry: 'automatic' },
  JNL_KEY_WRONG: { means: 'A key is not of this journal: data key, sealing key, or the key of the line to the bank', customer: 'oos.reason.journal', operator: 'Put the key files of this terminal back; a renewed certificate bears the name of the old one. Report to the bank when none was exchanged on purpose', effect: 'outOfService', retry: 'automatic' },
  CFG_INVALID: { means: 'A field of the configuration is wrong', customer: null, operator: 'Correct the field named', effect: 'outOfService', retry: 'never' },
  CFG_FOLDER_UNUSABLE: { means: 'The data folder, the run folder or the trace folder cannot be made or written', customer: null, operator: 'Compare the paths in the configuration with the rights of the kiosk user and the space on the disk', effect: 'outOfService', retry: 'automatic' },
  CFG_KEYS_UNUSABLE: { means: 'A key or certificate file of the configuration cannot be read or does not fit the others', customer: null, operator: 'Compare the files named in the configuration with what the bank enrolled', effect: 'outOfService', retry: 'never' },
  TRM_CLOCK_WRONG: { means: 'The clock of the computer is off by more than two minutes, against the bank, the journal or its own course [host-messages §3.6]', customer: 'oos.reason.clock', operator: 'Set date, time and time server right; replace the battery of the clock when it comes again. The terminal goes on by itself then', effect: 'outOfService', retry: 'automatic' },
  TRM_START_FAILED: { means: 'The core ended while it started, for a reason that nobody foresaw', customer: null, operator: 'Report with core.log and the detail', effect: 'outOfService', retry: 'automatic' },
  TRM_RECOVERING: { means: 'The terminal settles what was interrupted', customer: 'oos.reason.recovering', operator: 'Wait; see the recovery report', effect: 'outOfService', retry: 'automatic' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
