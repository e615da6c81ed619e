/**
 * The kernel gives a driver nothing: calls from modules to functions that give memory, ports and interrupts, or to
 * their wrappers, are made to ask for what there is not, so that the kernel refuses them as it would for want of it.
 */
import type { DriverTrial } from './driver-trial.ts';

/** Which of a function's arguments is spoilt, and by what: a size that there is not, an interrupt, no ports at all. */
const impossible: Readonly<Record<string, readonly [argument: number, value: number]>> = {
  alloc_etherdev: [0, 0x1000_0000], dev_alloc_skb: [0, 0x1000_0000], kmalloc: [0, 0x1000_0000],
  pci_alloc_consistent: [1, 0x1000_0000], request_irq: [0, 9999], request_region: [1, 0], request_mem_region: [1, 0],
  vmalloc: [0, 0xf000_0000], ioremap: [1, 0xf000_0000], __get_free_pages: [1, 99], request_dma: [0, 99],
};
/** Numbers of registers: the first argument's, and the one with the caller's address. */
const firstArgument = 10, returnAddress = 1;
/** Where modules are: VMALLOC_START and VMALLOC_END of the kernel's layout. */
const isModule = (address: number) => address >>> 0 >= 0xc000_0000 && address >>> 0 < 0xc800_0000;

/** While `act` lasts, one call in `every` is refused; gives how many were. */
export async function refusing(trial: DriverTrial, every: number, act: () => Promise<void>): Promise<number> {
  const { machine } = trial.session;
  let refused = 0;
  const probes = Object.entries(impossible).flatMap(([name, spoilt]) =>
    [name, `nooks_w_${name}`].map((each) => [each, ...spoilt] as const)).map(([name, argument, value]) =>
    [machine.symbols.address(name)!, ({ hart }: { readonly hart: number }) => {
      const { x } = machine.hart(hart);
      if (!isModule(x[returnAddress]!) || trial.random.below(every) !== 0) return;
      x[firstArgument + argument] = value;
      refused++;
    }] as const);
  await machine.setProbes(new Map(probes));
  try {
    await act();
  } finally {
    await machine.setProbes(new Map());
  }
  return refused;
}
