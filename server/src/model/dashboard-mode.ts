/** Whether the dashboard is served, and what its sessions may do: only read, or all that their tokens may. */
export const dashboardModes = ['off', 'read-only', 'on'] as const

export type DashboardMode = (typeof dashboardModes)[number]

/** Under `--dev` whoever reaches the server may do everything. */
export function defaultDashboard(dev: boolean): DashboardMode {
  return dev ? 'on' : 'read-only'
}
