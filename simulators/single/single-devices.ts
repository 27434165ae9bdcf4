import { createIoBoardSimulator } from '../auxiliaries/io-board/simulator.ts';
import { createNutUpsSimulator } from '../auxiliaries/nut-ups/simulator.ts';
import { createOsmpWatchdogSimulator } from '../auxiliaries/osmp-watchdog/simulator.ts';
import { createHidPosScannerSimulator } from '../barcode-reader/hid-pos-scanner/simulator.ts';
import { createSerialScannerSimulator } from '../barcode-reader/serial-scanner/simulator.ts';
import { createCaptureServiceSimulator } from '../biometric/capture-service/simulator.ts';
import { createXfsBiometricSimulator } from '../biometric/xfs4iot-biometric/simulator.ts';
import { createCrt310Simulator } from '../card-reader/crt-310/simulator.ts';
import { createCrt571Simulator } from '../card-reader/crt-571/simulator.ts';
import { createMagtekSimulator } from '../card-reader/magtek-hid/simulator.ts';
import { createPcscSimulator } from '../card-reader/pc-sc/simulator.ts';
import { createCcnetSimulator } from '../cash-acceptor/ccnet/simulator.ts';
import { createEbdsSimulator } from '../cash-acceptor/ebds/simulator.ts';
import { createSspSimulator } from '../cash-acceptor/ssp/simulator.ts';
import { createBillToBillSimulator } from '../cash-recycler/ccnet-bill-to-bill/simulator.ts';
import { createId003RecyclerSimulator } from '../cash-recycler/id003-recycler/simulator.ts';
import { createSmartPayoutSimulator } from '../cash-recycler/ssp-smart-payout/simulator.ts';
import { createId003Simulator } from '../cash-acceptor/id003/simulator.ts';
import { createCoinAcceptorSimulator } from '../coin-acceptor/cctalk-coin-acceptor/simulator.ts';
import { createHopperSimulator } from '../coin-dispenser/cctalk-hopper/simulator.ts';
import { createF53Simulator } from '../cash-dispenser/fujitsu-f53/simulator.ts';
import { createLcdmBSimulator } from '../cash-dispenser/puloon-lcdm-4000/simulator.ts';
import { createLcdmSimulator } from '../cash-dispenser/puloon-lcdm/simulator.ts';
import { createCitizenPpuSimulator } from '../printer/citizen-ppu/simulator.ts';
import { createCustomVkp80Simulator } from '../printer/custom-vkp80/simulator.ts';
import { createEpsonTmSimulator } from '../printer/epson-tm/simulator.ts';
import { createEscposSimulator } from '../printer/escpos/simulator.ts';
import { createZtSimulator } from '../pin-pad/szzt-zt588/simulator.ts';
import { createXfsLightsSimulator } from '../lights/xfs4iot-lights/simulator.ts';
import { createXfsPinPadSimulator } from '../pin-pad/xfs4iot-pin-pad/simulator.ts';
import { createXfsPrinterSimulator } from '../printer/xfs4iot-printer/simulator.ts';
import { createXfsAuxiliariesSimulator } from '../auxiliaries/xfs4iot-auxiliaries/simulator.ts';
import { createXfsBarcodeSimulator } from '../barcode-reader/xfs4iot-barcode-reader/simulator.ts';
import { createXfsCardSimulator } from '../card-reader/xfs4iot-card-reader/simulator.ts';
import { createXfsAcceptorSimulator } from '../cash-acceptor/xfs4iot-cash-acceptor/simulator.ts';
import { createXfsRecyclerSimulator } from '../cash-recycler/xfs4iot-cash-recycler/simulator.ts';
import { createXfsDispenserSimulator } from '../cash-dispenser/xfs4iot-cash-dispenser/simulator.ts';
import type { DeviceSimulator, SimulatorEnvironment } from '../simulator.ts';
import { SAMPLE_CASSETTES, SAMPLE_DENOMINATIONS_MINOR } from '../terminal/sample-config.ts';

/** 80 mm paper at 8 dots per mm. */
const PAPER_WIDTH_DOTS = 576;
/** 180 dots to the inch. */
const EPSON_WIDTH_DOTS = 512;

export interface SingleDevice {
  /** A serial line is a pseudo-terminal, HID reports go over a socket, a service listens on a port of this machine. */
  readonly line: 'pty' | 'hid' | 'tcp' | 'ws' | 'xfs';
  readonly create: (environment: SimulatorEnvironment) => DeviceSimulator;
}

/** Each protocol's simulator as the sample terminal has it. */
export const SINGLE_DEVICES: Readonly<Record<string, SingleDevice>> = {
  ccnet: { line: 'pty', create: (environment) => createCcnetSimulator(environment, {}) },
  ebds: { line: 'pty', create: (environment) => createEbdsSimulator(environment, {}) },
  ssp: { line: 'pty', create: (environment) => createSspSimulator(environment, {}) },
  'ccnet-bill-to-bill': { line: 'pty', create: (environment) => createBillToBillSimulator(environment, {}) },
  'id003-recycler': { line: 'pty', create: (environment) => createId003RecyclerSimulator(environment, {}) },
  'ssp-smart-payout': { line: 'pty', create: (environment) => createSmartPayoutSimulator(environment, {}) },
  id003: { line: 'pty', create: (environment) => createId003Simulator(environment, {}) },
  'puloon-lcdm': { line: 'pty', create: (environment) => createLcdmSimulator(environment, { cassettes: SAMPLE_CASSETTES }) },
  'puloon-lcdm-4000': { line: 'pty', create: (environment) => createLcdmBSimulator(environment, { cassettes: SAMPLE_CASSETTES }) },
  'fujitsu-f53': { line: 'pty', create: (environment) => createF53Simulator(environment, { cassettes: SAMPLE_CASSETTES }) },
  'cctalk-coin-acceptor': { line: 'pty', create: (environment) => createCoinAcceptorSimulator(environment, {}) },
  'cctalk-hopper': { line: 'pty', create: (environment) => createHopperSimulator(environment, {}) },
  escpos: { line: 'pty', create: (environment) => createEscposSimulator(environment, { widthDots: PAPER_WIDTH_DOTS }) },
  'epson-tm': { line: 'pty', create: (environment) => createEpsonTmSimulator(environment, { widthDots: EPSON_WIDTH_DOTS }) },
  'custom-vkp80': { line: 'pty', create: (environment) => createCustomVkp80Simulator(environment, { widthDots: PAPER_WIDTH_DOTS }) },
  'citizen-ppu': { line: 'pty', create: (environment) => createCitizenPpuSimulator(environment, { widthDots: PAPER_WIDTH_DOTS }) },
  'crt-571': { line: 'pty', create: (environment) => createCrt571Simulator(environment, {}) },
  'crt-310': { line: 'pty', create: (environment) => createCrt310Simulator(environment, {}) },
  'magtek-hid': { line: 'hid', create: (environment) => createMagtekSimulator(environment, {}) },
  'pc-sc': { line: 'tcp', create: (environment) => createPcscSimulator(environment, {}) },
  'serial-scanner': { line: 'pty', create: (environment) => createSerialScannerSimulator(environment, {}) },
  'hid-pos-scanner': { line: 'hid', create: (environment) => createHidPosScannerSimulator(environment, {}) },
  'xfs4iot-cash-acceptor': { line: 'xfs', create: (environment) => createXfsAcceptorSimulator(environment, { denominationsMinor: SAMPLE_DENOMINATIONS_MINOR }) },
  'xfs4iot-cash-dispenser': { line: 'xfs', create: (environment) => createXfsDispenserSimulator(environment, { cassettes: SAMPLE_CASSETTES }) },
  'xfs4iot-cash-recycler': { line: 'xfs', create: (environment) => createXfsRecyclerSimulator(environment, {}) },
  'xfs4iot-card-reader': { line: 'xfs', create: (environment) => createXfsCardSimulator(environment, {}) },
  'xfs4iot-barcode-reader': { line: 'xfs', create: (environment) => createXfsBarcodeSimulator(environment, {}) },
  'xfs4iot-printer': { line: 'xfs', create: (environment) => createXfsPrinterSimulator(environment, {}) },
  'xfs4iot-pin-pad': { line: 'xfs', create: (environment) => createXfsPinPadSimulator(environment, {}) },
  'xfs4iot-biometric': { line: 'xfs', create: (environment) => createXfsBiometricSimulator(environment, {}) },
  'xfs4iot-lights': { line: 'xfs', create: (environment) => createXfsLightsSimulator(environment, {}) },
  'xfs4iot-auxiliaries': { line: 'xfs', create: (environment) => createXfsAuxiliariesSimulator(environment, {}) },
  'szzt-zt588': { line: 'pty', create: (environment) => createZtSimulator(environment, {}) },
  'io-board': { line: 'pty', create: (environment) => createIoBoardSimulator(environment, {}) },
  'osmp-watchdog': { line: 'pty', create: (environment) => createOsmpWatchdogSimulator(environment, {}) },
  'capture-service': { line: 'ws', create: (environment) => createCaptureServiceSimulator(environment, {}) },
  'nut-ups': { line: 'tcp', create: (environment) => createNutUpsSimulator(environment, {}) },
};
