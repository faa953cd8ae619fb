using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using VaeSweep.Store;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Sends what a head measures by OTLP, where the usual OTEL_ variables say so.</summary>
internal sealed class Telemetry : IAsyncDisposable
{
    private const string Head = "VaeSweep.Head";
    private const string Store = "VaeSweep.Store";
    private const string State = "VaeSweep.State";
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(5);

    private static readonly string[] _variables =
        ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;
    private readonly StoreGauges _gauges;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _looking;

    private Telemetry(IStore store, CliHost host)
    {
        _gauges = new StoreGauges(State, host.Time);
        _metrics = Sdk.CreateMeterProviderBuilder().AddMeter(Head, Store, State).AddOtlpExporter().Build();
        _traces = Sdk.CreateTracerProviderBuilder().AddSource(Head).AddOtlpExporter().Build();
        _looking = LookAsync(store, host.Time);
    }

    public static bool IsWanted(CliHost host) => _variables.Any(name => host.Environment(name) is { Length: > 0 });

    // What it uses is loaded where it is wanted alone.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IAsyncDisposable Start(IStore store, CliHost host) => new Telemetry(store, host);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _metrics.Dispose();
        _traces.Dispose();
        _gauges.Dispose();
        _ended.Dispose();
    }

    private async Task LookAsync(IStore store, TimeProvider time)
    {
        while (true)
        {
            try
            {
                await _gauges.LookAsync(store, _ended.Token);
            }
            catch (StoreException)
            {
                // The head tells of it; what was seen last stays.
            }

            await Task.Delay(_lookEvery, time, _ended.Token);
        }
    }
}
