import { EPSON_TM } from '../../escpos-family/printer-type.ts';
import type { PrinterSimulatorOptions } from '../../escpos-family/simulator.ts';
import { PrinterSimulator } from '../../escpos-family/simulator.ts';
import type { CreateSimulator } from '../../simulator.ts';

export const createEpsonTmSimulator: CreateSimulator<PrinterSimulatorOptions> = (environment, options) => new PrinterSimulator(EPSON_TM, environment, options);
