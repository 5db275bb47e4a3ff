
impl Sample {
    /// The Jacobian by colours, with the pattern that NaN shows, against its columns one by one.
    pub fn sparse<F: ad_runtime::Function<Args>, Args>(&mut self, args: &Args) {
        self.stage = "sparse";
        let (f, n) = (ad_runtime::func::<F>(), F::point(args).len());
        let jacobian = match ad_runtime::sparse::SparseJacobian::detect(f, args) {
            Ok(found) => found.tolerance(self.tolerance),
            Err(e) => return self.fail(format!("no pattern: {e}")),
        };
        let found = match jacobian.evaluate(f, args) {
            Ok(found) => found,
            Err(e) => return self.fail(format!("{e}; the pattern is {:?}", jacobian.pattern())),
        };
        for j in 0..n {
            let mut unit = vec![0.0; n];
            unit[j] = 1.0;
            let column: Vec<f64> = (0..found.rows()).map(|i| found.get(i, j)).collect();
            self.close("sparse column", &column, &f.jvp(args, &unit));
        }
    }
}
