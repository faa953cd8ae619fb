namespace VaeSweep.Sweeps;

/// <summary>How long a sweep will take and how much disk it will need.</summary>
/// <param name="Trials">How many it is for.</param>
/// <param name="DeviceTime">All trials one after the other on one device, its start-up included; null when nothing is known of
/// that kind of device.</param>
/// <param name="WallTime">On the given number of devices.</param>
/// <param name="ModelBytes">All final models together.</param>
/// <param name="PeakBytes">Models, and the last and best checkpoint of every trial.</param>
/// <param name="Measured">Share of the trials whose own shapes have been timed, from 0 to 1.</param>
/// <param name="Basis">Where the time comes from, for a person.</param>
/// <param name="MemoryBytes">Of the trial that needs the most to train: see <see cref="TrialCost.TrainingBytes"/>.</param>
/// <param name="H200Time">All trials one after the other on one NVIDIA H200, as <see cref="H200Basis"/> says.</param>
public sealed record PlanEstimate(
    long Trials, TimeSpan? DeviceTime, TimeSpan? WallTime, long ModelBytes, long PeakBytes, double Measured, string Basis,
    TimeSpan H200Time, long MemoryBytes)
{
    /// <summary>Work a second of one CPU core, in multiply-adds: what a core of an Ice Lake Xeon at 2.8 GHz does. Cores differ by
    /// a factor of two either way, so this is only for the very first plan on a machine.</summary>
    public const double AssumedCpuRate = 42e9;

    /// <summary>The last checkpoint of every trial, which stays as long as there is room.</summary>
    public long CheckpointBytes => (PeakBytes - ModelBytes) / 2;

    /// <summary>What <see cref="H200Time"/> rests on, for a person.</summary>
    public const string H200Basis = H200.Basis;

    /// <summary>Until the first step: a device's trainer starts, loads libtorch and reads the images. Measured 2 s of one such
    /// core; data sets of text or of many images take some more.</summary>
    public static TimeSpan StartUp { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Larger sweeps are estimated from so many of their trials, evenly spread.</summary>
    private const int Sample = 20_000;

    /// <param name="trials">Those that are still to run; enumerated once.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="devices">Trials that run at the same time.</param>
    /// <param name="history">Earlier trials on such devices.</param>
    /// <param name="assumedRate">Multiply-adds a second where there is no history; null when no figure would be honest, as on a
    /// GPU.</param>
    public static PlanEstimate Of(
        IEnumerable<Trial> trials, long count, int devices, IReadOnlyList<KnownRate> history, double? assumedRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(devices, 1);
        var known = Known(history, out var measuredRate);
        var rate = measuredRate ?? assumedRate;
        var stride = Math.Max(1, count / Sample);
        var costs = new Dictionary<string, TrialCost>(StringComparer.Ordinal);
        double seconds = 0;
        double longest = 0;
        double onH200 = 0;
        long sampled = 0;
        long timed = 0;
        long models = 0;
        long checkpoints = 0;
        long place = 0;
        long memory = 0;
        foreach (var trial in trials)
        {
            if (place++ % stride != 0)
                continue;

            if (!costs.TryGetValue(trial.PackKey, out var cost))
            {
                cost = TrialCost.Of(TrialConfigJson.Parse(trial.ConfigJson));
                costs[trial.PackKey] = cost;
            }

            var perEpoch = cost.PerEpoch / (rate ?? double.NaN);
            if (known.TryGetValue(trial.PackKey, out var own))
            {
                perEpoch = own;
                timed++;
            }

            // The end's products are forward only and large, so they run no slower than training's.
            var one = (perEpoch * trial.Epochs) + (cost.Evaluation / (rate ?? double.NaN));
            seconds += one;
            onH200 += H200.Seconds(cost, trial.Epochs);
            longest = Math.Max(longest, one);
            models += cost.ModelBytes;
            memory = Math.Max(memory, cost.TrainingBytes);
            checkpoints += 2 * cost.CheckpointBytes;
            sampled++;
        }

        // A search's later trials are not there to be looked at.
        var all = sampled == 0 ? place : Math.Max(place, count);
        var scale = sampled == 0 ? 0 : (double)all / sampled;
        var hasTime = rate is not null || sampled == 0;
        var whole = seconds * scale;
        var start = sampled == 0 ? TimeSpan.Zero : StartUp;
        var measured = sampled == 0 ? 0 : (double)timed / sampled;
        return new PlanEstimate(
            all,
            hasTime ? start + TimeSpan.FromSeconds(whole) : null,
            hasTime ? start + TimeSpan.FromSeconds(Math.Max(whole / devices, longest)) : null,
            (long)(models * scale),
            (long)((models + checkpoints) * scale),
            measured,
            Explain(measured, measuredRate, assumedRate, history.Count)
                + (stride > 1 ? $" One trial in {stride} was looked at." : ""),
            TimeSpan.FromSeconds(onH200 * scale), memory);
    }

    private static Dictionary<string, double> Known(IReadOnlyList<KnownRate> history, out double? rate)
    {
        var seconds = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        double work = 0;
        double time = 0;
        foreach (var entry in history.Where(entry => entry.SecondsPerEpoch > 0))
        {
            var config = TrialConfigJson.Parse(entry.ConfigJson);
            var key = TrialConfigJson.ToTrial(config).PackKey;
            if (!seconds.TryGetValue(key, out var list))
                seconds[key] = list = [];

            list.Add(entry.SecondsPerEpoch);
            work += TrialCost.Of(config).PerEpoch;
            time += entry.SecondsPerEpoch;
        }

        rate = time > 0 ? work / time : null;
        return seconds.ToDictionary(
            pair => pair.Key, pair => pair.Value.Order().ElementAt(pair.Value.Count / 2), StringComparer.Ordinal);
    }

    private static string Explain(double measured, double? measuredRate, double? assumedRate, int history) =>
        (measured, measuredRate, assumedRate) switch
    {
        ( >= 1, _, _) => $"Every shape has been timed in {Earlier(history)}.",
        ( > 0, { } rate, _) => $"{measured:P0} of the trials have a shape that was timed; the others by their multiply-adds "
            + $"at {rate / 1e9:0.#} G/s, as in {Earlier(history)}.",
        (_, { } rate, _) => $"By multiply-adds at {rate / 1e9:0.#} G/s, as in {Earlier(history)} of other shapes.",
        (_, _, { } rate) => $"A guess: nothing was timed here yet; by multiply-adds at {rate / 1e9:0.#} G/s for one CPU core.",
        _ => "No time: nothing was timed on such a device yet. It will be known after the first trial.",
    };

    private static string Earlier(int trials) => trials == 1 ? "1 earlier trial" : $"{trials} earlier trials";
}
