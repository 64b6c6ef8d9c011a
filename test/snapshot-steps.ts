import { type ControlPlane, eventually } from '@wafleet/testing';

type Wanted = (snapshot: any) => boolean | Promise<boolean>;

export async function snapshotsOf({ admin }: ControlPlane, tenantId: string): Promise<any[]> {
  return (await admin.get(`/admin/tenants/${tenantId}/snapshots`)).items;
}

export async function untilSnapshotOf(
  controlPlane: ControlPlane,
  tenantId: string,
  snapshotId: string,
  wanted: Wanted,
): Promise<any> {
  const find = async () => (await snapshotsOf(controlPlane, tenantId)).find(({ id }) => id === snapshotId);
  return eventually(
    async () => {
      const snapshot = await find();
      return snapshot && (await wanted(snapshot)) ? snapshot : null;
    },
    { timeoutMs: 180_000, what: async () => `a snapshot; now ${JSON.stringify(await find())}` },
  );
}

/** One that is stored. Where the machine is too busy to copy in time the copy is let go of, as it should be. */
export async function takeSnapshot(controlPlane: ControlPlane, tenantId: string): Promise<any> {
  const path = `/admin/tenants/${tenantId}/snapshots`;
  for (let attempt = 1; ; attempt += 1) {
    const { id } = await controlPlane.admin.post(path);
    const isSettled = ({ state, problem }: any) => state === 'READY' || problem !== null;
    const snapshot = await untilSnapshotOf(controlPlane, tenantId, id, isSettled);
    if (snapshot.state === 'READY' || attempt === 10) return snapshot;
    await controlPlane.admin.call('DELETE', `${path}/${id}`);
  }
}
