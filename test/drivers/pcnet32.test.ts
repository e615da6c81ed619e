/** The pcnet32 driver: stories, loads, and QEMU's chip. Its workloads on all engines are in workloads.test.ts. */
import { networkSuite } from './net-suite.ts';
import { pcnet32Driver } from './pcnet32.ts';

networkSuite(pcnet32Driver);
