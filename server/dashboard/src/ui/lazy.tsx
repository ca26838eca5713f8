import type { ComponentType, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { toFault } from '../api/fault.ts'
import { FaultNote } from './fault-note.tsx'

/** Makes a component of one whose code is loaded when it is shown first. @param waiting stands there until then */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  waiting: JSX.Element | null = null,
): (props: Props) => JSX.Element | null {
  let loaded: ComponentType<Props> | null = null
  return function Lazy(props) {
    const [tries, setTries] = useState(0)
    const [error, setError] = useState<unknown>(null)
    const [, redraw] = useState(0)
    useEffect(() => {
      if (loaded !== null) return
      setError(null)
      load().then((component) => {
        loaded = component
        redraw((count) => count + 1)
      }, setError)
    }, [tries])
    if (loaded !== null) {
      const Component = loaded
      return <Component {...props} />
    }
    if (error === null) return waiting
    return <FaultNote fault={toFault(error)} onRetry={() => setTries(tries + 1)} />
  }
}
