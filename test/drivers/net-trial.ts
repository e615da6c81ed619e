/** A machine with a network card, for stories about its driver. */
import { NetCard } from '../../src/machine/devices/net-cards.ts';
import type { NetworkController } from '../../src/machine/devices/network-controller.ts';
import { remoteAddress } from '../../src/platform/network-workloads.ts';
import type { Way } from '../support/extension.ts';
import type { Session, System } from '../support/system.ts';
import { DriverTrial } from './driver-trial.ts';
import type { NetDriver } from './net-driver.ts';

export class NetTrial extends DriverTrial {
  readonly driver: NetDriver;

  private constructor(driver: NetDriver, session: Session, way: Way) {
    super(driver.manifest, session, way);
    this.driver = driver;
  }

  /** Boots, with `more` kernel arguments, and uses the driver once. */
  static async boot(
    driver: NetDriver, system: System, harts: number, way: Way = 'native', more = '',
  ): Promise<NetTrial> {
    const session = await DriverTrial.bootSession(driver.manifest, system, harts, { more });
    const trial = new NetTrial(driver, session, way);
    await trial.load();
    await trial.up();
    await trial.mustPing();
    await trial.command('udpstream echo 10.0.2.2 40 1400 8');
    await trial.unload();
    await trial.keep();
    return trial;
  }

  get controller(): NetworkController {
    const card = this.session.machine.card(0);
    if (!(card instanceof NetCard)) throw new Error('the first card is no network card');
    return card.pci;
  }

  async up(): Promise<void> { for (const line of this.manifest.setUp) await this.must(line); }
  async down(): Promise<void> { for (const line of this.manifest.tearDown) await this.must(line); }

  async unload(): Promise<void> {
    await this.down();
    await this.must(`rmmod ${this.manifest.name}`);
  }

  /** All of a few requests are answered. */
  async mustPing(): Promise<void> {
    const said = await this.command(`ping ${remoteAddress} 2`);
    if (!said.includes(' 0% packet loss')) throw new Error('the remote host is not reached');
  }
}
