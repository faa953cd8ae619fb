using VaeSweep.Results;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>The colour of each state.</summary>
internal static class Tones
{
    public static Tone Of(TrialState state) => state switch
    {
        TrialState.Succeeded => Tone.Good,
        TrialState.Running => Tone.Busy,
        TrialState.Failed => Tone.Bad,
        TrialState.Stopped or TrialState.Paused => Tone.Faint,
        _ => Tone.Plain,
    };

    public static Cell State(TrialState state) => (Cell)Wording.Name(state) with { Tone = Of(state) };
}
