namespace VaeSweep.Training;

/// <summary>Arguments of the hidden command `trainer`.</summary>
/// <param name="ParentPid">The node's process; the trainer ends when it is no longer its parent.</param>
public sealed record TrainerArguments(string Device, int ParentPid)
{
    /// <exception cref="ArgumentException">Unknown, missing or malformed arguments.</exception>
    public static TrainerArguments Parse(IReadOnlyList<string> args)
    {
        string? device = null;
        int? parent = null;
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : throw new ArgumentException($"{args[i]} needs a value.");
            switch (args[i])
            {
                case "--device":
                    TrainerEnvironment.ParseDevice(value);
                    device = value;
                    break;
                case "--parent" when int.TryParse(value, System.Globalization.NumberStyles.None, null, out var pid):
                    parent = pid;
                    break;
                default:
                    throw new ArgumentException(
                        $"'{args[i]} {value}' is not understood. A trainer takes --device cpu:N|cuda:N and --parent PID.");
            }
        }

        return device is not null && parent is not null
            ? new(device, parent.Value)
            : throw new ArgumentException("A trainer needs --device and --parent; it is started by a node, not by hand.");
    }
}
