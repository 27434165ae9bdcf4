import { CITIZEN_PPU } from '../../escpos-family/printer-type.ts';
import type { PrinterSimulatorOptions } from '../../escpos-family/simulator.ts';
import { PrinterSimulator } from '../../escpos-family/simulator.ts';
import type { CreateSimulator } from '../../simulator.ts';

export const createCitizenPpuSimulator: CreateSimulator<PrinterSimulatorOptions> = (environment, options) => new PrinterSimulator(CITIZEN_PPU, environment, options);
