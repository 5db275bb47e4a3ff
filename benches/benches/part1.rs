//! Criterion over all programs and variants. For ratios side by side: `cargo bench -p ad-benches --bench ratios`.

mod programs;

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(30)
        .configure_from_args();
    for mut program in programs::all() {
        program.check();
        let mut out = vec![0.0; program.outputs()];
        let mut group = criterion.benchmark_group(format!("{} ({})", program.name, program.size));
        for variant in &mut program.variants {
            group.bench_function(variant.name, |b| b.iter(|| (variant.run)(black_box(&mut out))));
        }
        group.finish();
    }
    criterion.final_summary();
}
