import { CUSTOM_VKP80, CUSTOM_VKP80_KAZAKH } from '../../escpos-family/printer-type.ts';
import type { PrinterSimulatorOptions } from '../../escpos-family/simulator.ts';
import { PrinterSimulator } from '../../escpos-family/simulator.ts';
import type { CreateSimulator } from '../../simulator.ts';

export const createCustomVkp80Simulator: CreateSimulator<PrinterSimulatorOptions & { readonly hasKazakhFont?: boolean }> = (environment, options) =>
  new PrinterSimulator(options.hasKazakhFont === true ? CUSTOM_VKP80_KAZAKH : CUSTOM_VKP80, environment, options);
