//! The side-by-side benchmark: `floor` serves the same answers by the same statements with nothing
//! in between; `measure` loads it and Concierge in turns and prints the table. `benches/run` starts
//! everything; benches/README.md says what is compared.

mod floor;
mod load;
mod measure;
mod prices;
mod processor;
mod size;
mod work;

/// The allocator that Concierge ships with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Any error, to be printed.
type Fault = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["floor", database, listen] => floor::serve(database, listen).await,
        ["measure", database, process, seconds, rounds, servers @ ..] => {
            let seconds = std::time::Duration::from_secs_f64(seconds.parse()?);
            measure::run((database, process.parse()?), servers, seconds, rounds.parse()?).await
        }
        ["first-answer", address] => measure::first_answer(address).await,
        ["size", small, large, seconds, rounds] => {
            size::run([small, large], std::time::Duration::from_secs_f64(seconds.parse()?), rounds.parse()?).await
        }
        ["prices", address, pid, seconds] => {
            prices::run(address, pid.parse()?, std::time::Duration::from_secs_f64(seconds.parse()?)).await
        }
        ["hold", address, work, seconds] => measure::hold(address, work, seconds.parse()?).await,
        _ => Err("floor DATABASE LISTEN | measure DATABASE PROCESS SECONDS ROUNDS NAME=ADDRESS=PROCESS… | size SMALL LARGE SECONDS ROUNDS | prices ADDRESS PID SECONDS | first-answer ADDRESS | hold ADDRESS WORK SECONDS".into()),
    }
}
