namespace VaeSweep.Cli;

/// <summary>Tells once that this machine's trouble keeps trials waiting (no room for checkpoints and models, above all), and once
/// that it is over.</summary>
/// <param name="folder">Of the artifacts.</param>
internal sealed class RoomWatch(string folder, ProgressView view)
{
    private readonly HashSet<string> _resting = new(StringComparer.Ordinal);

    public void Rests(string device, string reason)
    {
        lock (_resting)
        {
            if (_resting.Count == 0)
            {
                view.Say(
                    $"{reason.TrimEnd('.')}.{Free()} "
                        + $"{(view.Waiting is { } open ? Wording.Count(open, "trial") + " wait" : "trials wait")} and go on by "
                        + "themselves when that is over.");
            }
            _resting.Add(device);
            view.Resting = true;
        }
    }

    public void Recovered(string device)
    {
        lock (_resting)
        {
            if (!_resting.Remove(device) || _resting.Count > 0)
                return;
            view.Resting = false;
            view.Say("that is over: training goes on.");
        }
    }

    private string Free()
    {
        try
        {
            return $" {Wording.Size(new DriveInfo(folder).AvailableFreeSpace)} are free at {folder}.";
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }
}
