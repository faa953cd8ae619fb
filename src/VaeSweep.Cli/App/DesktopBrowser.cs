using System.ComponentModel;
using System.Diagnostics;

namespace VaeSweep.Cli;

/// <summary>Opens addresses in the browser of who sits at this machine.</summary>
internal static class DesktopBrowser
{
    /// <returns>False where there is none.</returns>
    public static bool Open(string address)
    {
        var program = OperatingSystem.IsWindows() ? "explorer" : OperatingSystem.IsMacOS() ? "open" : "xdg-open";
        try
        {
            using var started = Process.Start(new ProcessStartInfo(program, [address])
            {
                UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
            });
            return started is not null;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
