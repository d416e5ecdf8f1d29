//! The load that `loadavg` tells is the machine's, as the drivers say it.

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use portreeve_api::Environment;
    use portreeve_crypt::Hasher;
    use portreeve_drivers::{DriverError, Drivers, LoadAverages, Step, System};
    use portreeve_functions::whm_function;
    use portreeve_testkit::{TestServer, context};
    use portreeve_wire::{Answer, Params};

    struct Machine(Option<[&'static str; 3]>);

    impl System for Machine {
        fn load_averages(&self) -> Step<'_, LoadAverages> {
            let stopped = || DriverError::Stopped("injected".to_owned());
            let found = self.0.map(|averages| averages.map(str::to_owned));
            let found = found.map(|[one, five, fifteen]| LoadAverages { one, five, fifteen });
            Box::pin(async move { found.ok_or_else(stopped) })
        }
    }

    async fn call(server: &TestServer, function: &str, machine: Machine) -> Answer {
        let own = server.environment();
        let environment = Arc::new(Environment {
            ports: own.ports,
            store: own.store.clone(),
            drivers: Drivers { system: Arc::new(machine), ..own.drivers.clone() },
            hasher: Hasher::new(own.entropy.clone()).unwrap(),
            clock: own.clock.clone(),
            entropy: own.entropy.clone(),
            host_name: own.host_name.clone(),
        });
        let entry = whm_function(function).unwrap();
        let cx = context(&environment, entry.name, "asder").await;
        entry.call(&cx, &Params::default()).await.unwrap_or_else(Answer::from)
    }

    #[tokio::test]
    async fn the_figures_are_those_of_the_machine() {
        let server = TestServer::start().await;
        for function in ["loadavg", "systemloadavg"] {
            let answer = call(&server, function, Machine(Some(["1.50", "0.20", "12.00"]))).await;
            assert_eq!(answer.data.unwrap().get(), r#"{"one":"1.50","five":"0.20","fifteen":"12.00"}"#);
            assert!(!call(&server, function, Machine(None)).await.succeeded());
        }
    }
}
